import type { EventOf, RunEvent } from '../../events/event.ts';
import type { Interval } from './interval.ts';

/** Something that the scenario does to the lab on purpose, and when. */
export interface FaultWindow extends Interval {
  readonly fault: string;
  /** `node1/heat-api`, the name of an infrastructure service, or `machine`. */
  readonly on: string;
  /** What it did, where the container engine cannot tell. */
  readonly effect: EventOf<'fault-ended'>['effect'];
}

/** The faults of a run; a fault without an end event lasts to the end of the run. */
export function readFaults(events: readonly RunEvent[], endAt: number): readonly FaultWindow[] {
  const ends = events.filter((event) => event.type === 'fault-ended');
  return events
    .filter((event) => event.type === 'fault-began')
    .map(({ at, step, fault, on }) => {
      const end = ends.find(
        (one) => one.at >= at && one.step === step && one.fault === fault && one.on === on,
      );
      return { fault, on, from: at, to: end?.at ?? endAt, effect: end?.effect };
    });
}
