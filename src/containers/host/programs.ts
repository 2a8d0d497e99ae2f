import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** PATH with the system's own program folders, which root's PATH may lack. */
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

/** The path of a program, as the shell would find it. */
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
