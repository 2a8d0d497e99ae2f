import type { EventOf, RunEvent } from '../../events/event.ts';
import { MACHINE } from '../../scenario/fault.ts';
import { readInstanceName, type NodeName } from '../../scenario/topology/topology.ts';
import type { Interval } from './interval.ts';

/** The target of a fault. */
export type FaultPlace =
  | { readonly kind: 'service'; readonly node: NodeName; readonly service: string }
  | { readonly kind: 'infrastructure'; readonly service: string }
  | { readonly kind: 'machine' };

/** Something that the scenario does to the lab on purpose, and when. */
export interface FaultWindow extends Interval {
  readonly fault: string;
  readonly on: string;
  readonly place: FaultPlace;
  /** Its effect, if the container engine does not know it. */
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
      return { fault, on, place: placeOf(on), from: at, to: end?.at ?? endAt, effect: end?.effect };
    });
}

/** @param on As in the event: `node1/heat-api`, the name of an infrastructure service, or `machine`. */
function placeOf(on: string): FaultPlace {
  if (on === MACHINE) return { kind: 'machine' };
  const service = readInstanceName(on);
  return service === null
    ? { kind: 'infrastructure', service: on }
    : { kind: 'service', ...service };
}
