import type { RunEvent } from '../../events/event.ts';
import { counted, some } from '../../text/counted.ts';
import type { Revival, Verdict } from '../schema/verdict.ts';

/** Stuck objects that were revived; the ledger still counts them as stuck. */
export function readRevivals(events: readonly RunEvent[]): readonly Revival[] {
  return events
    .filter((event) => event.type === 'revival-ended')
    .map(({ object, by, outcome, status, seconds }) => ({ object, by, outcome, status, seconds }));
}

/** How many reached COMPLETE, and which did not; `undefined` if none was revived. */
export function revivalsInWords({
  revivals,
  noun,
}: Pick<Verdict, 'revivals' | 'noun'>): string | undefined {
  if (revivals.length === 0) return undefined;
  const revived = revivals.filter(({ outcome }) => outcome === 'completed');
  const rest = revivals.filter((one) => !revived.includes(one));
  const slowest = Math.max(...revived.map(({ seconds }) => seconds));
  return [
    `${revived.length} of ${counted(revivals.length, `stuck ${noun}`)} came to COMPLETE when asked again`,
    ...(revived.length === 0 ? [] : [`, the slowest in ${slowest.toFixed(1)} s`]),
    ...(rest.length === 0
      ? []
      : [`; not ${some(rest.map(({ object, status }) => `${object} (${status})`))}`]),
  ].join('');
}
