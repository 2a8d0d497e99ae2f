import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { invoke } from '../../src/cli/invoke.ts';

export const BIN = fileURLToPath(new URL('../../bin/rollgate.js', import.meta.url));

/** Runs the real command line as a process, as a CI would. */
export function rollgate(
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
) {
  return execa(process.execPath, [BIN, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    reject: false,
    env: {
      CI: 'true',
      FORCE_COLOR: undefined,
      NO_COLOR: undefined,
      ROLLGATE_DEBUG: undefined,
      ...env,
    },
  });
}

/** The same within this process: much faster. Standard output and error without the last line end. */
export async function invoked(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const written: { stdout: string[]; stderr: string[] } = { stdout: [], stderr: [] };
  const world = {
    stdout: (text: string) => written.stdout.push(text),
    stderr: (text: string) => written.stderr.push(text),
    progress: () => {},
    streams: { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
    color: false,
    isTTY: false,
    columns: () => 100,
    signal: new AbortController().signal,
  };
  const exitCode = await invoke({ args, world, env });
  const textOf = (lines: readonly string[]) => lines.join('\n').trimEnd();
  return { exitCode, stdout: textOf(written.stdout), stderr: textOf(written.stderr) };
}
