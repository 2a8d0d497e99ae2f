import { failureOfCheck } from '../history/base/failures.ts';
import type { Reading } from './reading.ts';

/**
 * The failed integrity checks: those that the base breaks by itself, and the others. Rows that a
 * lost request left break nothing: the request counts as lost, and leaves them without an upgrade.
 * Nor do objects whose deletion was refused because tokens had expired.
 */
export function brokenChecks({
  events,
  baseFailures,
  leftRows,
  refusedDeletions,
}: Pick<Reading, 'events' | 'baseFailures' | 'leftRows' | 'refusedDeletions'>) {
  const broken = events
    .filter((event) => event.type === 'integrity-checked')
    .filter((check) => !check.ok && !refusedDeletions.explains(check))
    .flatMap((check) => {
      const detail = leftRows.unexplained(check);
      return detail === undefined ? [] : [{ ...check, detail }];
    });
  const isOfBase = ({ check }: (typeof broken)[number]): boolean =>
    failureOfCheck(baseFailures, check) !== undefined;
  return { ofBase: broken.filter(isOfBase), others: broken.filter((one) => !isOfBase(one)) };
}
