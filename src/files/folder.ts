import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf, isMissing, reasonOf, RollgateError } from '../errors.ts';

/**
 * Makes a folder and its missing parents, one by one. `mkdir` with `recursive` never returns below
 * /proc, and reports a read-only file system as a missing folder.
 *
 * @returns The uppermost folder that was made; undefined if the folder existed.
 * @throws RollgateError `no-folder` with the reason in plain words.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  const folder = resolve(path);
  try {
    return await make(folder);
  } catch (cause) {
    throw new RollgateError('no-folder', `cannot make the folder ${path}: ${reason(cause)}`, {
      kind: 'usage',
      hint: 'Name a folder that can be made and written to.',
      cause,
    });
  }
}

function reason(cause: unknown): string {
  return codeOf(cause) === 'EEXIST' ? 'a file is in its place' : reasonOf(cause);
}

async function make(folder: string): Promise<string | undefined> {
  if (await isFolder(folder)) return undefined;
  const parent = dirname(folder);
  const above = parent === folder ? undefined : await make(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    // Another process was faster.
    if (!(await isFolder(folder))) throw error;
  }
  return above ?? folder;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
