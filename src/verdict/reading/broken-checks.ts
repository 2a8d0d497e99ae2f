import { failureOfCheck } from '../history/base/failures.ts';
import type { Reading } from './reading.ts';

/**
 * The failed integrity checks: those that the base breaks by itself, and the others. Rows that a
 * lost request left break nothing: the request counts as lost, and leaves them without an upgrade.
 */
export function brokenChecks({
  events,
  baseFailures,
  leftRows,
}: Pick<Reading, 'events' | 'baseFailures' | 'leftRows'>) {
  const broken = events
    .filter((event) => event.type === 'integrity-checked')
    .filter(({ ok }) => !ok)
    .flatMap((check) => {
      const detail = leftRows.unexplained(check);
      return detail === undefined ? [] : [{ ...check, detail }];
    });
  const isOfBase = ({ check }: (typeof broken)[number]): boolean =>
    failureOfCheck(baseFailures, check) !== undefined;
  return { ofBase: broken.filter(isOfBase), others: broken.filter((one) => !isOfBase(one)) };
}
