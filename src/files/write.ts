import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { reasonOf, RollgateError, isMissing } from '../errors.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import { fileKind } from './read.ts';

/**
 * Writes a file under another name and then renames it. A failure leaves the old file unchanged,
 * and a symbolic link to a file is replaced, not followed.
 *
 * @throws RollgateError `unwritable-file` with the reason in plain words.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await writeFile(beside, content, { flag: 'wx' });
    await moveInto(path, beside);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw unwritable(path, cause);
  }
}

/**
 * The same for content that does not fit into memory.
 *
 * @throws RollgateError `unwritable-file`; an error of the source.
 */
export async function writeStream(path: string, source: Readable): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  const file = createWriteStream(beside, { flags: 'wx' });
  try {
    await pipeline(source, file);
    await moveInto(path, beside);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw unwritable(path, cause);
  }
}

/**
 * Gives a complete file its name. It does not replace a device or a pipe, because the device would
 * be gone for the whole machine, and the pipe for its readers.
 *
 * @param beside The file, in the same folder.
 * @throws RollgateError `unwritable-file`.
 */
export async function moveInto(path: string, beside: string): Promise<void> {
  try {
    const other = await inPlaceOf(path);
    if (other !== undefined) throw refused(path, `it is ${other}, not a file`);
    await rename(beside, path);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/**
 * The path of a file that a user names, checked before the work that fills it. A link is followed,
 * because the user named it.
 *
 * @returns The file's absolute path.
 * @throws RollgateError `unwritable-file`: the path is empty, its folder is missing, or it is the
 * record of a run. Or something other than a file is in its place.
 */
export async function outputPlace(path: string): Promise<string> {
  if (path.trim() === '') {
    throw new RollgateError('unwritable-file', 'the path of the file to write is empty', {
      kind: 'usage',
      hint: 'Is the variable set that you passed?',
    });
  }
  const place = resolve(path);
  if (basename(place) === RUN_FOLDER.events && (await isThere(place))) {
    throw refused(path, 'it is the record of a run, which nothing can make again');
  }
  const other = await inPlaceOf(place);
  if (other !== undefined) throw refused(path, `it is ${other}, not a file`);
  try {
    if (!(await stat(dirname(place))).isDirectory()) throw refused(path, 'its folder is a file');
    return await realpath(place);
  } catch (cause) {
    if (cause instanceof RollgateError) throw cause;
    if (!isMissing(cause)) throw refused(path, reasonOf(cause));
    // The file itself may be missing, but not its folder.
    if (await isThere(dirname(place))) return place;
    throw refused(path, `there is no folder ${dirname(place)}`);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The kind of entry at a path, if it is neither a file nor missing. */
async function inPlaceOf(path: string): Promise<string | undefined> {
  try {
    const status = await stat(path);
    return status.isFile() ? undefined : fileKind(status);
  } catch {
    // If it cannot be examined, it cannot be written to either, and writing gives the reason.
    return undefined;
  }
}

function refused(path: string, reason: string): RollgateError {
  return new RollgateError('unwritable-file', `cannot write ${path}: ${reason}`, {
    kind: 'usage',
    hint: 'Name a file in a folder that can be written to.',
  });
}

export function unwritable(path: string, cause: unknown): RollgateError {
  if (cause instanceof RollgateError) return cause;
  return new RollgateError('unwritable-file', `cannot write ${path}: ${reasonOf(cause)}`, {
    hint: 'Free some space, or name a place that can be written to.',
    cause,
  });
}
