import type { RunEvent } from '../../../events/event.ts';
import { readInfrastructureSwaps } from '../../../verdict/history/infrastructure.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import { changedFacts, seenInWords } from '../../discovered-in-words.ts';

/** A disturbance of the lab: a fault of the scenario, a swap of infrastructure, or a pause. */
export interface Disturbance {
  readonly from: number;
  readonly to: number;
  readonly fault: string;
  readonly on: string;
}

export function faultsOf(events: readonly RunEvent[], end: number): readonly Disturbance[] {
  return events.flatMap((event, index) => {
    if (event.type !== 'fault-began') return [];
    const ended = events
      .slice(index)
      .find(
        (other) =>
          other.type === 'fault-ended' &&
          other.step === event.step &&
          other.fault === event.fault &&
          other.on === event.on,
      );
    const { at, fault, on } = event;
    return [{ from: Math.round(at), to: Math.round(ended?.at ?? end), fault, on }];
  });
}

/** Infrastructure while it was swapped, in a lane like the scenario's faults. */
export function swapsOf(events: readonly RunEvent[], end: number): readonly Disturbance[] {
  return readInfrastructureSwaps(events).map(({ service, from, to, stoppingAt, servingAt }) => ({
    from: Math.round(stoppingAt),
    to: Math.round(servingAt ?? end),
    fault: `swapped ${from} → ${to ?? '?'}`,
    on: service,
  }));
}

/** The times at which the run held the lab: drawn like the scenario's faults. */
export function pausesOf({ pauses }: Verdict): readonly Disturbance[] {
  return pauses.map(({ from, to, load }) => ({
    from: Math.round(from),
    to: Math.round(to),
    fault: load === 'stopped' ? 'paused, the load with it' : 'paused',
    on: 'the run',
  }));
}

/** A time or requests that a watch did not observe. */
export interface Blind {
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

export function blindOf({ unobserved = [] }: Verdict): readonly Blind[] {
  return unobserved.map(({ from, to, why }) => ({
    from: Math.round(from),
    to: Math.round(to),
    why,
  }));
}

/** A value that answers of a watched cloud showed, of a fact that changed. */
export interface ShownValue {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Each in a lane of its own, because two may be shown by turns. */
export function shownOf({ watched }: Verdict): readonly ShownValue[] {
  if (watched === null) return [];
  return changedFacts(watched).flatMap(({ service, fact, values }) =>
    values.map(({ value, from, to, releases }) => ({
      from: Math.round(from),
      to: Math.round(to),
      text: `${service}: ${seenInWords({ fact, value, releases })}`,
    })),
  );
}

/** A time at which the machine was slow, so that losses may not be due to the subject. */
export interface NoiseBand {
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** Without the scenario's own faults. */
export function noiseOf({ noise }: Verdict): readonly NoiseBand[] {
  return noise.intervals
    .filter(({ fault }) => fault === null)
    .map(({ from, to, why }) => ({ from: Math.round(from), to: Math.round(to), why }));
}
