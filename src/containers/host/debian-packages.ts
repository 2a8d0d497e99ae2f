import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RollgateError } from '../../errors.ts';
import { makeTemporaryFolder } from '../../files/temporary.ts';
import { SYSTEM_PATH } from './programs.ts';

export interface InstallOptions {
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Whether packages can be installed on this machine by this user. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * Installs Debian packages without their recommendations. The package lists are fetched only if
 * there are none, or if the installation fails with the existing ones.
 *
 * @throws RollgateError `package-install-failed` with apt's last lines.
 */
export async function installPackages(
  packages: readonly string[],
  { onProgress, signal }: InstallOptions = {},
): Promise<void> {
  const install = (): Promise<AptResult> => {
    onProgress?.(`installing ${packages.join(', ')} with apt-get`);
    return apt(['install', '--yes', '--no-install-recommends', ...packages], signal);
  };
  const update = async (): Promise<void> => {
    onProgress?.('fetching package lists');
    await apt(['update'], signal);
  };

  const fresh = !hasPackageLists();
  if (fresh) await update();
  let result = await install();
  if (result.failed && !fresh) {
    await update();
    result = await install();
  }
  if (result.failed) {
    throw new RollgateError(
      'package-install-failed',
      `apt-get could not install ${packages.join(', ')}`,
      {
        detail: result.output.trimEnd().split('\n').slice(-15).join('\n'),
        hint: `Install ${packages.join(', ')} by hand, then try again.`,
      },
    );
  }
}

interface AptResult {
  readonly failed: boolean;
  readonly output: string;
}

async function apt(
  command: readonly string[],
  signal: AbortSignal | undefined,
): Promise<AptResult> {
  // Into a file: a service that a package starts inherits the output, and with a pipe we would
  // wait for that service's end.
  const folder = makeTemporaryFolder('rollgate-apt-');
  try {
    const file = join(folder, 'output');
    const output = openSync(file, 'a');
    // Unattended upgrades may hold dpkg's lock for a while.
    const child = spawn('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...command], {
      stdio: ['ignore', output, output],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PATH: SYSTEM_PATH },
      signal,
    });
    closeSync(output);
    const [status] = (await once(child, 'exit')) as [number | null];
    return { failed: status !== 0, output: readFileSync(file, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasPackageLists(): boolean {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'));
  } catch {
    return false;
  }
}
