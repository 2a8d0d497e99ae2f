import { number } from '../text/counted.ts';
import type { Verdict } from '../verdict/schema/verdict.ts';

const MB = 1e6;

/** E.g. `dump.sql.gz: 10,000 rows of stack; 90 MB; db-sync to the target took 6.7 s`. */
export function databaseInWords({
  file,
  rows,
  bytesBefore,
  targetSyncSeconds,
}: NonNullable<Verdict['database']>): string {
  const counts = Object.entries(rows).map(([table, count], index) =>
    index === 0 ? `${number(count)} rows of ${table}` : `${number(count)} of ${table}`,
  );
  const moved =
    targetSyncSeconds === null
      ? 'its schema was not moved'
      : `db-sync to the target took ${targetSyncSeconds.toFixed(1)} s`;
  return `${file}: ${counts.join(', ')}; ${number(Math.round(bytesBefore / MB))} MB; ${moved}`;
}
