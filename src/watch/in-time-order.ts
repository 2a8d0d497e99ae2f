import type { EventSink, RunEvent } from '../events/event.ts';

/**
 * Passes events on in order of their time. A mark carries the time at which it was made, and is
 * read up to 50 ms later. A request that was lost in between would count under the step before.
 *
 * @param holdMs How long each event is held back. The end of the run passes on all at once.
 */
export function inTimeOrder(sink: EventSink, holdMs = 200): EventSink {
  let held: readonly RunEvent[] = [];
  const passOn = (until: number): void => {
    const due = held.filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at);
    held = held.filter(({ at }) => at > until);
    for (const event of due) sink(event);
  };
  return (event) => {
    held = [...held, event];
    if (event.type === 'run-finished') passOn(Infinity);
    else setTimeout(() => passOn(event.at), holdMs);
  };
}
