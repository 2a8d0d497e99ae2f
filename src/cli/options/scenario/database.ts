import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import type { Override } from '../../../document/overrides.ts';
import { withHome } from '../../../files/path.ts';
import { emptyPath } from '../out.ts';

/** `--database`. */
export const databaseOption = () =>
  new Option(
    '--database <file>',
    'start with your own database: a dump (.sql, .sql.gz) of the base release or of an older one. See docs/database.md',
  ).argParser((path: string): string => {
    if (path.trim() === '') throw emptyPath('--database', 'file');
    return resolve(withHome(path));
  });

export function databaseOverrides(path: string | undefined): readonly Override[] {
  return path === undefined ? [] : [{ option: '--database', path: ['databaseDump'], value: path }];
}
