import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';

const made: string[] = [];
test.after.always('temporary folders are gone', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that is gone after this worker's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollgate-test-'));
  made.push(folder);
  return folder;
}
