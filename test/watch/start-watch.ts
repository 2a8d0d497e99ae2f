import { once } from 'node:events';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { BIN } from '../cli/rollgate.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { WatchedCloud } from './watched-cloud.ts';

export const directory = temporaryFolder();

/** A watch's name is the only one of its kind on a machine. */
export function ownName(name: string): string {
  return `unit-${process.pid}-${name}`;
}

export function startWatch(
  t: ExecutionContext,
  { env }: WatchedCloud,
  name: string,
  options: readonly string[],
  more: Readonly<Record<string, string>> = {},
) {
  const out = join(directory, name);
  const fixed = ['--name', ownName(name), '--out', out, '--stacks', '0', '--after', '1', '--json'];
  const watching = execa(process.execPath, [BIN, 'watch', ...fixed, ...options], {
    env: { ...env, ...more, CI: 'true' },
    reject: false,
  });
  t.teardown(() => watching.kill('SIGKILL'));
  return { watching, out };
}

/** Waits until what the watch says holds the text. */
export async function says(
  { stderr }: ReturnType<typeof startWatch>['watching'],
  wanted: string,
): Promise<void> {
  let said = '';
  while (!said.includes(wanted)) {
    const [chunk] = await once(stderr, 'data', { signal: AbortSignal.timeout(30_000) });
    said += String(chunk);
  }
}
