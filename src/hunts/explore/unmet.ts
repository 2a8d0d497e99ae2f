import { isDeepStrictEqual } from 'node:util';
import { MEETINGS, type Meeting } from '../../scenario/topology/meeting.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';

/**
 * The pairs of an old and a new service that a run leaves open: a forecast needs them and they did
 * not meet; a call did not go their way; or stacks of one were not changed or deleted through the
 * other.
 */
export function unmetMeetings({
  predictions,
  crossing,
  unseenPairs,
}: Pick<Verdict, 'predictions' | 'crossing' | 'unseenPairs'>): readonly Meeting[] {
  const foreseen = predictions.flatMap(({ met, cameTrue, pairs }) =>
    met === 0 && !cameTrue ? pairs : [],
  );
  return MEETINGS.filter((meeting) => {
    const { sender, from, to } = meeting;
    if (foreseen.some((pair) => isDeepStrictEqual(pair, { sender, from, to }))) return true;
    if (sender !== 'api') return false;
    // Without a crossing no API of one release met an engine of the other.
    if (crossing === null || unseenPairs.length > 0) return true;
    return crossing.unmet.some((call) => call.from === from && call.to === to);
  });
}
