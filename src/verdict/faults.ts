import type { RunEvent } from '../events/event.ts';
import type { Interval } from './interval.ts';

/** Something that the scenario does to the lab on purpose, and when. */
export interface Fault extends Interval {
  readonly fault: string;
  /** `node1/heat-api`, the name of an infrastructure service, or `machine`. */
  readonly on: string;
}

/** The faults of a run; one whose end was not told lasts to the end of the run. */
export function readFaults(events: readonly RunEvent[], endAt: number): readonly Fault[] {
  const ends = events.filter((event) => event.type === 'fault-ended');
  return events
    .filter((event) => event.type === 'fault-began')
    .map(({ at, step, fault, on }) => ({
      fault,
      on,
      from: at,
      to:
        ends.find(
          (end) => end.at >= at && end.step === step && end.fault === fault && end.on === on,
        )?.at ?? endAt,
    }));
}
