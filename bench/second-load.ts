import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { makeTemporaryFolder } from '../src/files/temporary.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** What else a machine may do while a lab runs on it. */
export const SECOND_LOADS = ['compile', 'copy'] as const;
export type SecondLoad = (typeof SECOND_LOADS)[number];

/**
 * Keeps the machine busy until it is disposed of. `compile`: the compiler checks this project, again
 * and again. `copy`: 512 MiB are written to the disk and copied, again and again.
 */
export function secondLoad(load: SecondLoad): AsyncDisposable {
  const folder = makeTemporaryFolder('second-load-');
  const stop = new AbortController();
  const over = repeat(load, folder, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await over;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function repeat(load: SecondLoad, folder: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const [program, ...given] of commands(load, folder)) {
      const { failed, stderr } = await execa(program, given, {
        cwd: PROJECT,
        preferLocal: true,
        cancelSignal: signal,
        reject: false,
      });
      if (signal.aborted) return;
      if (failed) throw new Error(`${program} ${given.join(' ')}: ${stderr}`);
    }
  }
}

function commands(load: SecondLoad, folder: string): readonly (readonly [string, ...string[]])[] {
  switch (load) {
    case 'compile':
      return [['tsc', '--noEmit', '--project', PROJECT]];
    case 'copy': {
      const [from, to] = [join(folder, 'written'), join(folder, 'copied')];
      return [
        ['dd', 'if=/dev/zero', `of=${from}`, 'bs=1M', 'count=512', 'conv=fsync'],
        ['dd', `if=${from}`, `of=${to}`, 'bs=1M', 'conv=fsync'],
      ];
    }
  }
}
