import type { EventOf, RunEvent } from '../../events/event.ts';
import { union, type Interval } from './interval.ts';

/** A time in which the run held the lab as it was. */
export interface Pause extends Interval {
  /** The step that came next. */
  readonly next: string | null;
  readonly why: readonly string[];
  readonly load: EventOf<'run-paused'>['load'];
}

/** The pauses of a run; a pause without an end lasts to the end of the run. */
export function readPauses(events: readonly RunEvent[], endAt: number): readonly Pause[] {
  const ends = events.filter((event) => event.type === 'run-resumed');
  return events
    .filter((event) => event.type === 'run-paused')
    .map(({ at, next, why, load }) => {
      const to = ends.find((end) => end.at >= at)?.at ?? endAt;
      return { from: at, to, next: next ?? null, why, load };
    });
}

/** The name that `watch-gap` gives to a watch that did not run. */
export const OBSERVER = 'observer';

/**
 * The times without requests, because the load was paused or the observer did not run: they show
 * neither an outage nor availability.
 */
export function silencesOf(
  pauses: readonly Pause[],
  events: readonly RunEvent[],
): readonly Interval[] {
  const gaps = events.flatMap((event) =>
    event.type === 'watch-gap' && event.watch === OBSERVER && event.from !== undefined
      ? [{ from: event.from, to: event.at }]
      : [],
  );
  return union([...pauses.filter(({ load }) => load === 'stopped'), ...gaps]);
}
