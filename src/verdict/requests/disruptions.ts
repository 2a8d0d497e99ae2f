import { median } from 'simple-statistics';
import type { RequestEvent } from '../../events/event.ts';
import { UNSCHEDULED_PROBES } from '../../scenario/names.ts';
import { coverage, type Interval } from '../history/interval.ts';
import type { Disruption, DisruptionOfAll, LostRequest } from '../schema/verdict.ts';

/**
 * After this time without a request the state of the service is unknown, so a disruption does not
 * continue.
 */
const UNASKED_MS = 3_000;
/** A probe with a slower schedule may miss this many of its arrivals. */
const UNASKED_PERIODS = 3;

type SentRequest = Pick<RequestEvent, 'sentAt' | 'at' | 'outcome' | 'probe'> &
  Partial<Pick<RequestEvent, 'connection'>>;
type AddressOf = (request: RequestEvent) => LostRequest;

/**
 * The intervals in which one stream of requests (a probe over one kind of connection) was not
 * served.
 *
 * @param address Where a lost request was lost.
 * @param silences When the load was paused: this does not lengthen a disruption.
 */
export function disruptionsOf(
  requests: readonly RequestEvent[],
  address: AddressOf,
  silences: readonly Interval[],
): readonly Disruption[] {
  return interruptionsIn(requests, silences).map(({ first, lost, ...interval }) => ({
    ...observedInterval(interval, silences),
    probe: first.probe,
    connection: first.connection,
    ...lossOf(first, lost, address),
  }));
}

/** The intervals in which no request of any client was served. */
export function disruptionsOfAll(
  requests: readonly RequestEvent[],
  address: AddressOf,
  silences: readonly Interval[],
): readonly DisruptionOfAll[] {
  return interruptionsIn(requests, silences).map(({ first, lost, ...interval }) => ({
    ...observedInterval(interval, silences),
    probes: [...new Set(lost.map(({ probe }) => probe))].sort(),
    ...lossOf(first, lost, address),
  }));
}

/** See `interruptionsIn`. */
export interface Interruption<R extends SentRequest = RequestEvent> {
  readonly first: R;
  readonly lost: readonly R[];
  readonly to: number;
  readonly recovered: boolean;
  readonly from: number;
  /** How long nothing was sent after it, in milliseconds; 0 if the requests continued. */
  readonly unaskedMs: number;
}

/**
 * From the sending of the first lost request to the sending of the next served one. If nothing was
 * sent for long after a lost request, the interruption ends with that request's end, because later times
 * are unknown. Requests that were sent in the same instant count as lost if one of them is lost.
 * The interruptions of a stream do not overlap, and each lost request was sent in exactly one of them.
 *
 * @param silences When the load was paused: this neither ends an interruption nor counts in its length.
 */
export function interruptionsIn<R extends SentRequest>(
  requests: readonly R[],
  silences: readonly Interval[],
): readonly Interruption<R>[] {
  const found: Interruption<R>[] = [];
  const patienceMs = patienceOf(requests);
  const sends = bySend(requests);
  const lastServedAt = sends.findLast(([, together]) => together.every(isServed))?.[0] ?? -Infinity;
  let open: R[] = [];
  let endsAt = -Infinity;
  const close = (to: number, unaskedMs = 0): void => {
    const [first] = open;
    if (first === undefined) return;
    const recovered = lastServedAt > first.sentAt;
    found.push({ first, lost: open, from: first.sentAt, to, recovered, unaskedMs });
    open = [];
    endsAt = -Infinity;
  };
  for (const [sentAt, together] of sends) {
    const lost = together.filter((request) => !isServed(request));
    const unaskedMs =
      open.length === 0 || sentAt <= endsAt
        ? 0
        : sentAt - endsAt - coverage(silences, { from: endsAt, to: sentAt });
    if (unaskedMs > patienceMs) close(endsAt, unaskedMs);
    if (lost.length === 0) close(sentAt);
    for (const request of lost) {
      open.push(request);
      endsAt = Math.max(endsAt, request.at);
    }
  }
  close(endsAt);
  return found;
}

function isServed({ outcome }: SentRequest): boolean {
  return outcome === 'served';
}

/** How long requests may stop, in milliseconds, before this counts as a time without requests. */
function patienceOf(requests: readonly SentRequest[]): number {
  const scheduled = requests.filter(({ probe }) => !UNSCHEDULED_PROBES.includes(probe));
  const streams = Map.groupBy(scheduled, ({ probe, connection }) => `${probe} ${connection}`);
  const periods = [...streams.values()].map(periodOf);
  return Math.max(UNASKED_MS, ...periods.map((period) => UNASKED_PERIODS * period));
}

/** The usual time between two sends, in milliseconds. */
function periodOf(stream: readonly SentRequest[]): number {
  const sends = stream.map(({ sentAt }) => sentAt).sort((a, b) => a - b);
  const gaps = sends.slice(1).map((sentAt, index) => sentAt - (sends[index] ?? sentAt));
  return gaps.length === 0 ? 0 : median(gaps);
}

/** An interruption without the time in which nothing was sent. */
export function observedInterval(
  { from, to, recovered, unaskedMs }: Pick<Interruption, 'from' | 'to' | 'recovered' | 'unaskedMs'>,
  silences: readonly Interval[],
) {
  const seconds = (to - from - coverage(silences, { from, to })) / 1000;
  const unasked = unaskedMs === 0 ? {} : { unasked: unaskedMs / 1000 };
  return { from, to, seconds, recovered, ...unasked };
}

/** Where it began; it is noise if all its losses are. */
function lossOf(first: RequestEvent, requests: readonly RequestEvent[], address: AddressOf) {
  const { node, step, cause, causeId } = address(first);
  const noise = requests.every((request) => address(request).noise);
  return { lost: requests.length, node, step, cause, causeId, noise };
}

/** Requests in the order of sending. Events are in the order of outcomes. */
function bySend<R extends SentRequest>(
  requests: readonly R[],
): readonly (readonly [number, readonly R[]])[] {
  const sends = Map.groupBy(requests, ({ sentAt }) => sentAt);
  return [...sends].sort(([a], [b]) => a - b);
}
