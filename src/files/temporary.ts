import { lstatSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
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
    // Even if a folder's mode allows it, a file may not be possible there, e.g. below /proc.
    rmSync(mkdtempSync(join(folder, 'rollgate-')), { recursive: true });
    return folder;
  } catch (cause) {
    throw cause instanceof RollgateError ? cause : unusable(folder, reasonOf(cause), cause);
  }
}

/**
 * A folder only for this user, for files that outlive a command, e.g. locks. It is made if it is
 * missing. Its name is known, so another user may have put something in its place.
 *
 * @throws RollgateError `no-temporary-folder` for a link, and for a folder that others may write to.
 */
export function userFolder(): string {
  const { uid } = userInfo();
  const folder = join(temporaryRoot(), `rollgate-${uid}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw notMine(folder, reasonOf(cause));
  }
  const status = lstatSync(folder);
  if (!status.isDirectory()) throw notMine(folder, 'it is a link, not a folder');
  if (status.uid !== uid) throw notMine(folder, 'it belongs to another user');
  if ((status.mode & WRITABLE_BY_OTHERS) === 0) return folder;
  throw notMine(folder, 'other users may write to it');
}

const WRITABLE_BY_OTHERS = 0o022;

/** Makes a new, empty folder. The caller removes it. */
export function makeTemporaryFolder(prefix: string): string {
  return mkdtempSync(join(temporaryRoot(), prefix));
}

function notMine(folder: string, reason: string): RollgateError {
  const hint = `Remove it, or set TMPDIR to a folder of your own: rm -r ${folder}`;
  return unusable(folder, reason, undefined, hint);
}

function unusable(
  folder: string,
  reason: string,
  cause?: unknown,
  hint = 'Set TMPDIR to a folder in which files can be made, or unset it to use /tmp.',
): RollgateError {
  return new RollgateError(
    'no-temporary-folder',
    `temporary files cannot be written to ${folder}: ${reason}`,
    {
      kind: 'usage',
      hint,
      cause,
    },
  );
}
