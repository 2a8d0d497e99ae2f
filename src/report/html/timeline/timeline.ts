import type { RunEvent } from '../../../events/event.ts';
import { readServices } from '../../../verdict/history/services/services.ts';
import { readSteps } from '../../../verdict/history/steps.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import {
  blindOf,
  faultsOf,
  noiseOf,
  pausesOf,
  shownOf,
  swapsOf,
  type Blind,
  type Disturbance,
  type NoiseBand,
  type ShownValue,
} from './disturbances.ts';
import { findingsOf, type TimelineFinding } from './findings.ts';
import { queuesOf, usageOf, type QueueLane, type Usage } from './samples.ts';
import { laneOf, type ServiceLane } from './services.ts';
import { stackLinesOf, type StackLine } from './stacks.ts';
import { bucketFor, trafficOf, type ProbeLane, type ResponseTimes } from './traffic.ts';

/**
 * All data of the timeline, small enough for the page: times are milliseconds since the start of
 * the run, rounded. The drawing decides which parts are drawn, and how.
 */
export interface Timeline {
  readonly from: number;
  readonly to: number;
  readonly stages: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly steps: readonly {
    readonly id: string;
    readonly name: string;
    readonly from: number;
    readonly to: number;
    readonly status: string;
  }[];
  /** When services of base and of target ran side by side. */
  readonly mixed: readonly { readonly from: number; readonly to: number }[];
  readonly services: readonly ServiceLane[];
  /** Served requests are counted in buckets of this many milliseconds, beginning at `from`. */
  readonly bucketMs: number;
  readonly probes: readonly ProbeLane[];
  readonly responseTimes: ResponseTimes;
  readonly queues: readonly QueueLane[];
  /** The users' objects, in the singular: `stacks` holds them. */
  readonly noun: string;
  readonly stacks: readonly StackLine[];
  readonly usage: Usage;
  readonly findings: readonly TimelineFinding[];
  readonly noise: readonly NoiseBand[];
  readonly faults: readonly Disturbance[];
  readonly unobserved: readonly Blind[];
  /** What a watched cloud's answers showed, where it changed. */
  readonly shown: readonly ShownValue[];
}

/** Pure: the same events and verdict give the same timeline. */
export function readTimeline(events: readonly RunEvent[], verdict: Verdict): Timeline {
  const start = events.find((event) => event.type === 'run-started');
  const from = 0;
  const to = Math.ceil(events.reduce((latest, { at }) => Math.max(latest, at), 1));
  const bucketMs = bucketFor(to - from);
  const services = start === undefined ? [] : readServices(start, events).lives;
  const steps = readSteps(events).all.flatMap((step) =>
    step.from === null
      ? []
      : [{ ...step, from: Math.round(step.from), to: Math.round(step.to ?? to) }],
  );
  const { probes, responseTimes } = trafficOf(events, verdict, { to, bucketMs });
  return {
    from,
    to,
    stages: [...Map.groupBy(steps, ({ stage }) => stage)].map(([name, own]) => ({
      name,
      from: Math.min(...own.map((step) => step.from)),
      to: Math.max(...own.map((step) => step.to)),
    })),
    steps: steps.map(({ id, name, from, to, status }) => ({ id, name, from, to, status })),
    mixed: verdict.mixed.intervals.map(({ from, to }) => ({
      from: Math.round(from),
      to: Math.round(to),
    })),
    services: [...Map.groupBy(services, ({ name }) => name)].map(([name, lives]) =>
      laneOf(name, lives, events, to),
    ),
    bucketMs,
    probes,
    responseTimes,
    queues: queuesOf(events),
    noun: verdict.noun,
    stacks: stackLinesOf(events, to),
    usage: usageOf(events),
    findings: findingsOf(events),
    noise: noiseOf(verdict),
    faults: [...faultsOf(events, to), ...swapsOf(events, to), ...pausesOf(verdict)],
    unobserved: blindOf(verdict),
    shown: shownOf(verdict),
  };
}
