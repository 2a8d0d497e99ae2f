import type { RunEvent } from '../../events/event.ts';
import type { Mixed } from '../schema/verdict.ts';
import { coverage, type Interval } from './interval.ts';
import type { Life } from './services/life.ts';
import type { Services } from './services/services.ts';

/**
 * A `work-observed` sums up this many milliseconds before its time, which is the time of the last
 * piece.
 */
const WORK_INTERVAL_MS = 1_000;

/**
 * The mixed state: services of base and of target side by side, and the work of each. A service
 * counts from when it serves until it has exited, because it still works in its grace period.
 *
 * @param endAt The end of the run, in milliseconds since its start.
 * @param silences Pauses of the load, which do not count.
 */
export function readMixed(
  services: Services,
  events: readonly RunEvent[],
  { endAt, silences }: { readonly endAt: number; readonly silences: readonly Interval[] },
): Mixed {
  const intervals = services.nothingNew ? [] : mixedIntervals(services.lives, endAt);
  const mixedAt = (instant: number): Interval | undefined =>
    intervals.find(({ from, to }) => from <= instant && instant <= to);
  const requests = { base: 0, target: 0 };
  const work = { base: 0, target: 0 };
  for (const event of events) {
    if (event.type === 'request') {
      if (event.outcome !== 'served' || event.control === true) continue;
      if (mixedAt(event.at) === undefined) continue;
      const side = services.at(event.server, event.at)?.side;
      if (side === 'base' || side === 'target') requests[side] += 1;
    } else if (event.type === 'work-observed') {
      const state = mixedAt(event.at);
      if (state === undefined) continue;
      const side = services.of(event)?.side;
      // If a sum reaches back to before the mixed state, only its last piece is certainly in it.
      const sure =
        event.at - WORK_INTERVAL_MS >= state.from ? event.count : Math.min(1, event.count);
      if (side === 'base' || side === 'target') work[side] += sure;
    }
  }
  const total = intervals.reduce(
    (sum, interval) => sum + interval.to - interval.from - coverage(silences, interval),
    0,
  );
  return { seconds: total / 1000, intervals, requests, work };
}

function mixedIntervals(lives: readonly Life[], endAt: number): readonly Interval[] {
  const edges = lives
    .flatMap(({ side, servingAt, stoppedAt }) =>
      servingAt === null || side === 'other'
        ? []
        : [
            { at: servingAt, side, change: 1 },
            { at: stoppedAt ?? endAt, side, change: -1 },
          ],
    )
    .sort((a, b) => a.at - b.at || a.change - b.change);
  const serving = { base: 0, target: 0 };
  const intervals: Interval[] = [];
  let since: number | null = null;
  for (const { at, side, change } of edges) {
    serving[side] += change;
    const isMixed = serving.base > 0 && serving.target > 0;
    if (isMixed) since ??= at;
    else if (since !== null) {
      if (at > since) intervals.push({ from: since, to: at });
      since = null;
    }
  }
  return intervals;
}
