import { median, medianAbsoluteDeviation } from 'simple-statistics';
import type { EventOf, RunEvent } from '../../../events/event.ts';
import { MACHINE } from '../../../scenario/fault.ts';
import { readFaults, type FaultWindow } from '../../history/faults.ts';
import {
  coverage,
  lengthOf,
  overlaps,
  union,
  without,
  type Interval,
} from '../../history/interval.ts';
import type { NoiseFigures } from '../../schema/verdict.ts';

type NoiseInterval = NoiseFigures['intervals'][number];

/**
 * Below this limit a control never counts as slow. In an ordinary run on two busy, slow cores, a
 * control answered in 3 ms at the median and in 53 ms at worst.
 */
const SLOW_CONTROL_FLOOR_MS = 250;
/**
 * Above this limit a control always counts as slow. Otherwise a machine that is slow for more than
 * half of a run would look normal.
 */
const SLOW_CONTROL_CEILING_MS = 1_000;
/**
 * Between the two limits, this many standard deviations above the run's own median count as slow.
 * The deviation is computed from the median absolute deviation (times 1.4826 for a normal
 * distribution), which slow controls do not change.
 */
const SLOW_CONTROL_DEVIATIONS = 10;
const DEVIATIONS_PER_MAD = 1.4826;

/**
 * Twice the longest time of a control in an ordinary run: a stall of this length certainly shows in
 * the measurement. In the same ordinary run 106 of 109 seconds had less.
 */
const SLOW_HARNESS_MS = 100;
/** The time that the first `harness-delay` covers. */
const HARNESS_INTERVAL_MS = 1_000;

/** There are two controls per second: two slow ones in a row are one stall. */
const ONE_TROUBLE_MS = 1_000;

/** Above this share of noise, a run shows the machine rather than the subject. */
export const MOST_NOISE = 0.1;
/**
 * The share of arrivals for which the harness was too late: above this the load was not the planned
 * one.
 */
export const MOST_LATE = 0.01;

/** When the machine or the harness, and not the subject, was slow or unreachable. */
export interface Noise extends NoiseFigures {
  /** The machine's noise, without the effects of the scenario's own faults. */
  readonly machine: readonly Interval[];
  /** The single stalls that were measured, without those that a fault of the scenario explains. */
  readonly stalls: readonly Stall[];
}

/**
 * One control request that was slow or lost, one standstill of the harness's event loop, or one
 * silence of the container engine.
 */
export interface Stall extends Interval {
  /** The duration in milliseconds; it is less than the interval if the exact time is unknown. */
  readonly ms: number;
  /** A control request that was lost. */
  readonly lost: boolean;
  /** The container engine was silent. Docker's resolves the names of containers: none was found. */
  readonly withoutNames?: true;
}

/**
 * Finds the times at which the machine was slow. It reads the harness's own delay, faults of the
 * scenario that burden the whole machine, and control requests. Controls bypass the subject:
 * HAProxy's own answer, a document of Keystone. If a fault delays an infrastructure service itself,
 * a slow control counts as that fault's.
 *
 * @param endAt The end of the run, in milliseconds since its start.
 * @param silences Pauses of the load: the machine delayed no request then.
 */
export function readNoise(
  events: readonly RunEvent[],
  endAt: number,
  silences: readonly Interval[],
): Noise {
  const faults = readFaults(events, endAt);
  const requests = events.filter((event) => event.type === 'request');
  const controls = requests.filter(({ control }) => control === true);
  const found = [
    ...controlTroubles(controls, { isWatch: events.some(isWatchStart) }),
    ...harnessTroubles(events),
    ...engineTroubles(events),
    ...faults.filter(({ on }) => on === MACHINE).map(burden),
  ];
  const lasting = faults.map((fault) => ({ ...fault, to: keystoneSlowUntil(fault, found) }));
  const troubles = found.map((trouble) => ({
    ...trouble,
    fault: faultBehind(trouble, trouble.by === KEYSTONE ? lasting : faults),
  }));
  const machine = union(troubles.filter(({ fault }) => fault === null));
  const seconds = lengthOf(without(machine, silences)) / 1000;
  const measured = measuredSeconds(requests, silences);
  const share = measured === 0 ? 0 : Math.min(1, seconds / measured);
  const why = whyTooNoisy(share, lateShare(events, requests.length));
  return {
    seconds,
    share,
    tooNoisy: why !== null,
    why,
    intervals: mergedBySource(troubles, events),
    machine,
    // A scenario's fault counts as a stall only if a stall was measured.
    stalls: troubles.filter(({ by, fault }) => by !== 'machine' && fault === null),
  };
}

/** Merged stalls take the details of the longest. */
interface Trouble extends Stall {
  readonly by: string;
  readonly why: string;
}

function isWatchStart(event: RunEvent): boolean {
  return event.type === 'run-started' && event.watched !== undefined;
}

/**
 * @param options.isWatch In a watch the cloud is behind the network that the controls show. While
 * that is broken, each connection is refused at once, also between two controls. So a lost control
 * covers the time from the control before it to the next one.
 */
function controlTroubles(
  controls: readonly EventOf<'request'>[],
  { isWatch }: { readonly isWatch: boolean },
): readonly Trouble[] {
  const streams = Map.groupBy(controls, ({ probe, connection }) => `${probe} ${connection}`);
  return [...streams.values()].flatMap((unsorted) => {
    const stream = unsorted.toSorted((a, b) => a.sentAt - b.sentAt);
    const served = stream.filter(({ outcome }) => outcome === 'served');
    const slow = slowAbove(served.map(tookMs));
    return stream.flatMap((request, index): readonly Trouble[] => {
      const { probe, outcome, sentAt, scheduledAt, at } = request;
      const ms = tookMs(request);
      const lost = outcome !== 'served';
      if (!lost && ms <= slow) return [];
      const why = lost
        ? `the control was lost: ${outcome}`
        : `the control took ${ms.toFixed(0)} ms; the limit is ${slow.toFixed(0)} ms`;
      const around =
        lost && isWatch
          ? {
              from: Math.max(stream[index - 1]?.sentAt ?? sentAt, sentAt - ONE_TROUBLE_MS),
              to: Math.max(at, Math.min(stream[index + 1]?.sentAt ?? at, at + ONE_TROUBLE_MS)),
            }
          : { from: lost ? sentAt : scheduledAt, to: at };
      return [{ ...around, by: probe, ms, why, lost }];
    });
  });
}

function tookMs({ at, scheduledAt }: EventOf<'request'>): number {
  return at - scheduledAt;
}

function slowAbove(tookMs: readonly number[]): number {
  if (tookMs.length === 0) return SLOW_CONTROL_FLOOR_MS;
  const values = [...tookMs];
  const deviation = medianAbsoluteDeviation(values) * DEVIATIONS_PER_MAD;
  const relative = median(values) + SLOW_CONTROL_DEVIATIONS * deviation;
  return Math.min(SLOW_CONTROL_CEILING_MS, Math.max(SLOW_CONTROL_FLOOR_MS, relative));
}

/** The delay can be at any time within its second, so the whole second counts. */
function harnessTroubles(events: readonly RunEvent[]): readonly Trouble[] {
  const delays = events.filter((event) => event.type === 'harness-delay');
  return delays.flatMap(({ at, maxMs }, index) => {
    if (maxMs < SLOW_HARNESS_MS) return [];
    const from = Math.max(delays[index - 1]?.at ?? 0, at - Math.max(HARNESS_INTERVAL_MS, maxMs));
    const why = `the harness was late by up to ${maxMs.toFixed(0)} ms`;
    return [{ from, to: at, by: 'harness', ms: maxMs, why, lost: false }];
  });
}

/** The watch that asks the container engine every two seconds, and how it notes a silence. */
const USAGE = 'usage';
const NO_ANSWER = /^no answer within/;
const ENGINE = 'container engine';
/** A busy engine answers within seconds. */
const SILENT_ENGINE_MS = 10_000;
/** HAProxy looks names up every half a second, and checks a server it found every second. */
const FOUND_AGAIN_MS = 3_000;

/**
 * Docker was frozen for 40 s in two runs. After 29 s HAProxy forgot the addresses of its servers and
 * answered with 503 until 0.2 s after Docker went on: 74 of 811 requests, and 77 of 2,675.
 */
function engineTroubles(events: readonly RunEvent[]): readonly Trouble[] {
  return events.flatMap((event): readonly Trouble[] => {
    if (event.type !== 'watch-gap' || event.watch !== USAGE) return [];
    if (!NO_ANSWER.test(event.text)) return [];
    const { from = event.at, at: to } = event;
    const ms = to - from;
    if (ms < SILENT_ENGINE_MS) return [];
    const why = `the container engine did not answer for ${(ms / 1000).toFixed(1)} s; names of containers are not found meanwhile`;
    const until = { to: to + FOUND_AGAIN_MS, by: ENGINE, ms, why };
    return [{ from, ...until, lost: true, withoutNames: true }];
  });
}

function burden({ fault, on, from, to }: FaultWindow): Trouble {
  return { from, to, by: on, ms: to - from, why: `${fault}, by the scenario`, lost: false };
}

/** The control that Keystone answers, see `startControlProbes`. */
const KEYSTONE = 'keystone';

/**
 * Until when Keystone was slow without a pause after a fault in infrastructure. Without its cache or
 * after its database was away it has a queue of requests, which outlasts the fault.
 */
function keystoneSlowUntil({ place, to }: FaultWindow, troubles: readonly Trouble[]): number {
  if (place.kind !== 'infrastructure') return to;
  return troubles
    .filter(({ by }) => by === KEYSTONE)
    .toSorted((a, b) => a.from - b.from)
    .reduce(
      (until, trouble) =>
        trouble.from <= until + ONE_TROUBLE_MS ? Math.max(until, trouble.to) : until,
      to,
    );
}

/** The fault of the scenario that delayed an infrastructure service at that time, in words. */
function faultBehind(trouble: Trouble, faults: readonly FaultWindow[]): string | null {
  if (['harness', 'machine', ENGINE].includes(trouble.by)) return null;
  const behind = faults.find(
    (fault) => fault.place.kind === 'infrastructure' && overlaps(fault, trouble),
  );
  return behind === undefined ? null : `${behind.fault} on ${behind.on}`;
}

function mergedBySource(
  troubles: readonly (Trouble & Pick<NoiseInterval, 'fault'>)[],
  events: readonly RunEvent[],
): readonly NoiseInterval[] {
  const usage = events.filter((event) => event.type === 'usage-sampled');
  const sources = Map.groupBy(troubles, ({ by, fault }) => `${by} ${fault ?? ''}`);
  return [...sources.values()]
    .flatMap((own) =>
      union(own, ONE_TROUBLE_MS).flatMap(({ from, to }) => {
        const inside = own.filter((one) => one.from >= from && one.to <= to);
        const [first] = inside.toSorted((a, b) => Number(b.lost) - Number(a.lost) || b.ms - a.ms);
        if (first === undefined) return [];
        const { by, why, fault } = first;
        return [{ from, to, by, why, fault, machine: burdenOf(usage, { from, to }) }];
      }),
    )
    .sort((a, b) => a.from - b.from || a.to - b.to || (a.by < b.by ? -1 : 1));
}

/** How often usage is sampled, in milliseconds: a sample covers the time since the previous one. */
const USAGE_INTERVAL_MS = 2_000;

/** The peak load of the machine's cores at that time; `null` if it was not sampled. */
function burdenOf(
  usage: readonly EventOf<'usage-sampled'>[],
  time: Interval,
): NoiseInterval['machine'] {
  const [most] = usage
    .filter(({ at }) => at >= time.from && at - USAGE_INTERVAL_MS <= time.to)
    .toSorted((a, b) => b.machine.runnable - a.machine.runnable);
  if (most === undefined) return null;
  return { ...most.machine, lab: most.containers.reduce((sum, { cpu }) => sum + cpu, 0) };
}

/** For how long any client sent requests. */
function measuredSeconds(
  requests: readonly EventOf<'request'>[],
  silences: readonly Interval[],
): number {
  let from = Infinity;
  let to = -Infinity;
  for (const { sentAt, at } of requests) {
    from = Math.min(from, sentAt);
    to = Math.max(to, at);
  }
  return from < to ? (to - from - coverage(silences, { from, to })) / 1000 : 0;
}

function lateShare(events: readonly RunEvent[], sent: number): number {
  const dropped = events.filter((event) => event.type === 'arrivals-dropped');
  const late = dropped.filter(({ reason }) => reason === 'late').length;
  return late === 0 ? 0 : late / (sent + dropped.length);
}

function whyTooNoisy(share: number, late: number): string | null {
  const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
  if (share > MOST_NOISE) {
    return `The machine or the harness was slow or out of reach for ${percent(share)} of the time; up to ${percent(MOST_NOISE)} can be judged.`;
  }
  return late > MOST_LATE
    ? `The harness was too late to send ${percent(late)} of the arrivals; up to ${percent(MOST_LATE)} can be judged.`
    : null;
}
