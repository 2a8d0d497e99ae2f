import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { reasonOf, RollgateError } from '../errors.ts';

/**
 * The folder of temporary files: TMPDIR, or /tmp.
 *
 * @throws RollgateError `no-temporary-folder` if files cannot be created there. The folder is not
 * created: TMPDIR is a setting, and a typing error in it should not leave a folder behind.
 */
export function temporaryRoot(): string {
  const folder = tmpdir();
  try {
    if (!statSync(folder).isDirectory()) throw unusable(folder, 'it is no folder');
    // That a folder's mode allows it does not say that a file can be made, e.g. below /proc.
    rmSync(mkdtempSync(join(folder, 'rollgate-')), { recursive: true });
    return folder;
  } catch (cause) {
    throw cause instanceof RollgateError ? cause : unusable(folder, reasonOf(cause), cause);
  }
}

/** This user's folder for files that outlive a command, e.g. locks. Its name; it may be missing. */
export function userFolder(): string {
  return join(temporaryRoot(), `rollgate-${userInfo().uid}`);
}

/** Makes a new, empty folder. The caller removes it. */
export function makeTemporaryFolder(prefix: string): string {
  return mkdtempSync(join(temporaryRoot(), prefix));
}

function unusable(folder: string, reason: string, cause?: unknown): RollgateError {
  return new RollgateError(
    'no-temporary-folder',
    `temporary files cannot be written to ${folder}: ${reason}`,
    {
      kind: 'usage',
      hint: 'Set TMPDIR to a folder in which files can be made, or unset it to use /tmp.',
      cause,
    },
  );
}
