import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';

/**
 * A path as a user writes it, with the home for a `~` at its beginning. A shell replaces `~` only
 * at the beginning of a word: not in `dir:~/heat`, and not in `--out=~/run`.
 */
export function withHome(path: string, home: string = homedir()): string {
  return path === '~' || path.startsWith('~/') ? home + path.slice(1) : path;
}

/** The same as an absolute path. @param folder Where a relative path starts. */
export function absolutePath(folder: string, path: string): string {
  return resolve(folder, withHome(path));
}

/**
 * What is at a path. `undefined` where there is nothing, and where that cannot be known: a name that
 * is too long, a folder that is closed. Who opens it then says why.
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
