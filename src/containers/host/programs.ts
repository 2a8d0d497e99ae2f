import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** PATH with the folders of the system's own programs, which root's PATH may lack. */
export const SYSTEM_PATH = [
  process.env['PATH'],
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
]
  .filter(Boolean)
  .join(':');

/** Where a program stands, as the shell would find it. */
export function findProgram(name: string): string | undefined {
  return SYSTEM_PATH.split(':')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
