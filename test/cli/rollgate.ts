import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export const BIN = fileURLToPath(new URL('../../bin/rollgate.js', import.meta.url));

/** Runs the real command line, as a CI would. */
export function rollgate(args: readonly string[], options: { readonly cwd?: string } = {}) {
  return execa(process.execPath, [BIN, ...args], {
    ...options,
    reject: false,
    env: { CI: 'true', FORCE_COLOR: undefined, NO_COLOR: undefined, ROLLGATE_DEBUG: undefined },
  });
}
