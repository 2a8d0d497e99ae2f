import { RunEventSchema, type RunEvent } from '../../src/events/event.ts';
import type { Watching } from '../../src/observe/watches/watch.ts';
import { FakeClock } from '../load/fake-clock.ts';

/** The input of a watch from a run, and the events that it emitted. */
export function observed(): Watching & { readonly clock: FakeClock; readonly events: RunEvent[] } {
  const clock = new FakeClock();
  const events: RunEvent[] = [];
  return {
    clock,
    events,
    now: () => clock.now(),
    emit: (event) => void events.push(RunEventSchema.parse(event)),
  };
}
