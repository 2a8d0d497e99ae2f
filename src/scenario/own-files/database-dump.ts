import { resolve } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../../document/problem.ts';
import { noFile } from './checkpoint.ts';

export const databaseDumpSchema = z
  .string()
  .min(1)
  .describe(
    'A dump of your own database, `.sql` or `.sql.gz`, which the lab begins with. A relative path starts at the scenario’s file. See database.md.',
  );

/** The dump with the path of its file, and its problems. */
export function locateDump(
  path: string,
  directory: string,
): { readonly path: string; readonly problems: readonly Problem[] } {
  const found = resolve(directory, path);
  const wrong = noFile(found);
  return {
    path: found,
    problems: wrong === undefined ? [] : [{ path: ['databaseDump'], message: wrong, at: 'value' }],
  };
}
