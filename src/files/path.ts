import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';

/**
 * A path as a user writes it, with a `~` at its beginning replaced by the home folder. A shell
 * replaces `~` only at the beginning of a word: not in `dir:~/heat`, and not in `--out=~/run`.
 */
export function withHome(path: string, home: string = homedir()): string {
  return path === '~' || path.startsWith('~/') ? home + path.slice(1) : path;
}

/** The same as an absolute path. @param folder The base of a relative path. */
export function absolutePath(folder: string, path: string): string {
  return resolve(folder, withHome(path));
}

/**
 * The entry at a path. `undefined` if there is none, or if this cannot be determined: a name that
 * is too long, a folder without permission. Opening the path then gives the reason.
 */
export function kindAt(path: string): 'file' | 'folder' | 'other' | undefined {
  try {
    const status = statSync(path);
    if (status.isFile()) return 'file';
    return status.isDirectory() ? 'folder' : 'other';
  } catch {
    return undefined;
  }
}
