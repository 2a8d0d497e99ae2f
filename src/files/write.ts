import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { reasonOf, RollgateError } from '../errors.ts';

/**
 * Writes a file beside its place and then renames it. A failure leaves the former file as it was,
 * and a symbolic link in its place is replaced and not followed.
 *
 * @throws RollgateError `unwritable-file` with the reason in plain words.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await writeFile(beside, content, { flag: 'wx' });
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw unwritable(path, cause);
  }
}

export function unwritable(path: string, cause: unknown): RollgateError {
  return new RollgateError('unwritable-file', `cannot write ${path}: ${reasonOf(cause)}`, {
    hint: 'Free some space, or name a place that can be written to.',
    cause,
  });
}
