import { existsSync } from 'node:fs';
import { canInstallPackages, installPackages } from '../src/containers/host/debian-packages.ts';
import { lockFile, withLock } from '../src/containers/host/process-lock.ts';

/**
 * Installs a program of Debian's that a test needs, if it is missing. One process at a time, because
 * apt refuses to fetch its lists twice at once.
 *
 * @throws Error with the command, if only another user can install it.
 */
export async function ensureProgram(path: string, debianPackage: string): Promise<void> {
  if (existsSync(path)) return;
  if (!canInstallPackages()) {
    throw new Error(
      `${path} is missing, and only root can install it: apt-get install ${debianPackage}`,
    );
  }
  await withLock({ file: lockFile('debian-packages') }, async () => {
    if (!existsSync(path)) await installPackages([debianPackage]);
  });
}
