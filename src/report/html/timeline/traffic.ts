import { quantileSorted } from 'simple-statistics';
import type { EventOf, RunEvent } from '../../../events/event.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';

export interface Lost {
  readonly at: number;
  readonly operation: string;
  readonly cause: string;
}

/** One stream of requests: a probe over one kind of connection. */
export interface ProbeLane {
  /** E.g. `list, new`. */
  readonly name: string;
  readonly control: boolean;
  /** Served requests by the bucket in which they were sent. */
  readonly served: readonly number[];
  /** Every single one, by the time of sending. */
  readonly lost: readonly Lost[];
  /** The scheduled times of arrivals that were not sent. */
  readonly dropped: readonly number[];
  /** `index` is the place in the verdict's `api.disruptions`. */
  readonly disruptions: readonly {
    readonly index: number;
    readonly from: number;
    readonly to: number;
    readonly noise: boolean;
  }[];
}

/**
 * Milliseconds of served requests, from the scheduled time to the end of the answer, by the bucket
 * of the scheduled time. `null` if there was none.
 */
export interface ResponseTimes {
  readonly median: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly slowest: readonly (number | null)[];
}

const MOST_BUCKETS = 400;
const BUCKETS_MS = [250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];

/** A round number of milliseconds that divides a run into some hundred buckets. */
export function bucketFor(durationMs: number): number {
  return (
    BUCKETS_MS.find((size) => durationMs / size <= MOST_BUCKETS) ??
    60_000 * Math.ceil(durationMs / 60_000 / MOST_BUCKETS)
  );
}

interface TimeFrame {
  readonly to: number;
  readonly bucketMs: number;
}

export function trafficOf(
  events: readonly RunEvent[],
  verdict: Verdict,
  frame: TimeFrame,
): { readonly probes: readonly ProbeLane[]; readonly responseTimes: ResponseTimes } {
  const requests = events.filter((event) => event.type === 'request');
  const dropped = events.filter((event) => event.type === 'arrivals-dropped');
  const streams = Map.groupBy(requests, ({ probe, connection }) => streamName(probe, connection));
  const probes = [...streams].map(([name, own]): ProbeLane => ({
    name,
    control: own.some(({ control }) => control === true),
    served: counted(own, frame),
    lost: lostOf(own, verdict),
    dropped: dropped
      .filter(({ probe, connection }) =>
        connection === undefined
          ? name.startsWith(`${probe}, `)
          : name === streamName(probe, connection),
      )
      .map(({ scheduledAt }) => Math.round(scheduledAt)),
    disruptions: verdict.api.disruptions.flatMap(({ probe, connection, from, to, noise }, index) =>
      streamName(probe, connection) === name
        ? [{ index, from: Math.round(from), to: Math.round(to), noise }]
        : [],
    ),
  }));
  return {
    // Probes of the subject first, and the controls last.
    probes: probes.sort(
      (a, b) => Number(a.control) - Number(b.control) || (a.name < b.name ? -1 : 1),
    ),
    responseTimes: responseTimesOf(requests, frame),
  };
}

function streamName(probe: string, connection: string): string {
  return `${probe}, ${connection}`;
}

function counted(requests: readonly EventOf<'request'>[], { to, bucketMs }: TimeFrame): number[] {
  const counts = Array.from({ length: Math.ceil(to / bucketMs) }, () => 0);
  for (const { outcome, sentAt } of requests) {
    const bucket = Math.floor(sentAt / bucketMs);
    if (outcome === 'served' && bucket in counts) counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

function lostOf(requests: readonly EventOf<'request'>[], verdict: Verdict): readonly Lost[] {
  const causes = new Map(verdict.api.lost.map(({ id, cause }) => [id, cause]));
  return requests
    .filter(({ outcome }) => outcome !== 'served')
    .map(({ id, sentAt, operation, outcome }) => ({
      at: Math.round(sentAt),
      operation,
      cause: causes.get(id) ?? outcome,
    }))
    .sort((a, b) => a.at - b.at);
}

function responseTimesOf(
  requests: readonly EventOf<'request'>[],
  { to, bucketMs }: TimeFrame,
): ResponseTimes {
  const buckets = Array.from({ length: Math.ceil(to / bucketMs) }, (): number[] => []);
  for (const { outcome, control, scheduledAt, at } of requests) {
    if (outcome !== 'served' || control === true) continue;
    buckets[Math.floor(scheduledAt / bucketMs)]?.push(at - scheduledAt);
  }
  const sorted = buckets.map((times) => times.sort((a, b) => a - b));
  const at = (quantile: number): (number | null)[] =>
    sorted.map((times) => (times.length === 0 ? null : rounded(quantileSorted(times, quantile))));
  return { median: at(0.5), p95: at(0.95), slowest: at(1) };
}

/** To a tenth of a millisecond. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
