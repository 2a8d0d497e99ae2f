import { readFile, writeFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';

/** Written anew by `UPDATE_GOLDEN=1 npx ava 'test/report/**'`; then read the diff. */
export async function isGolden(t: ExecutionContext, name: string, text: string): Promise<void> {
  const file = new URL(`golden/${name}.txt`, import.meta.url);
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, text);
  t.is(text, await readFile(file, 'utf8'));
}
