import type { RunEvent } from '../../src/events/event.ts';
import { systemClock } from '../../src/load/clock.ts';
import type { Connection } from '../../src/load/http/request.ts';
import { startProbe } from '../../src/load/probe.ts';
import { judge } from '../../src/verdict/judge.ts';
import { Story } from '../verdict/stream.ts';
import { BODY, failingServer, SERVER_HEADER, type Failure } from './failing-server.ts';

export interface TrialOptions {
  readonly failure: Failure;
  /** Of each connection's probe, per second. */
  readonly rate: number;
  readonly timeoutMs: number;
  /** How long the server fails each time, in milliseconds. */
  readonly lengths: readonly number[];
  /** The least number of requests that each probe has answered between two intervals. */
  readonly servedBetween: number;
}

/** An interval in which the server failed, and the disruption in which a probe saw it. */
export interface Sighting {
  readonly connection: Connection;
  readonly lengthMs: number;
  /** The outcomes of the lost requests, including those at the edges. */
  readonly outcomes: readonly string[];
  /** How far the disruption's ends are from the interval's, in milliseconds. */
  readonly fromErrorMs: number;
  readonly toErrorMs: number;
  /**
   * How long an arrival beside that end took, from when it was due to its answer. A request that
   * was sent before the end and came to the server after it belongs to the other side.
   */
  readonly fromWayMs: number;
  readonly toWayMs: number;
}

export interface TrialResult {
  readonly failure: Failure;
  readonly periodMs: number;
  readonly sightings: readonly Sighting[];
  /** Intervals that no disruption shows; `wayMs` as in a sighting. */
  readonly missed: readonly {
    readonly connection: Connection;
    readonly lengthMs: number;
    readonly wayMs: number;
  }[];
  /** Disruptions while the server served, and service while it failed. */
  readonly wrong: readonly string[];
  readonly requests: number;
}

/** Requests over each kind of connection. */
const WARM_UP = 5;

export const CONNECTIONS = ['new', 'reused'] as const;

/** Probes over new and kept connections ask a server that fails in known intervals. */
export async function tryDisruptions(options: TrialOptions): Promise<TrialResult> {
  const { failure, rate, timeoutMs, lengths, servedBetween } = options;
  await using server = await failingServer(failure);
  const story = new Story();
  const service = new Service();
  const runStart = systemClock.now();
  const probes = CONNECTIONS.map((connection) =>
    startProbe({
      name: 'list',
      connection,
      rate,
      request: () => ({
        operation: 'GET stacks',
        method: 'GET',
        path: '/v1/stacks',
        headers: {},
        expect: [200],
        check: (body) => (body === BODY ? undefined : 'another body'),
        checkHeaders: ({ 'content-type': type }) =>
          type === undefined ? undefined : 'another content type',
      }),
      origin: server.origin,
      serverHeader: SERVER_HEADER,
      timeoutMs,
      maxInFlight: Math.ceil((rate * timeoutMs) / 1000),
      clock: systemClock,
      runStart,
      emit(event) {
        story.add(event);
        service.take(event);
      },
    }),
  );
  const intervals: Interval[] = [];
  // The first run of any code is slow.
  await service.since(0, WARM_UP);
  await service.since(systemClock.now() - runStart, servedBetween);
  for (const lengthMs of lengths) {
    const from = (await server.fail()) - runStart;
    await systemClock.sleepUntil(runStart + from + lengthMs);
    const to = (await server.recover()) - runStart;
    intervals.push({ from, to, lengthMs });
    await service.since(to, servedBetween);
  }
  await Promise.all(probes.map((probe) => probe.stop()));
  return compare(story, intervals, options);
}

/** Waits for requests that were sent after an instant, and were served. */
class Service {
  #since = 0;
  #left = new Map<Connection, number>();
  #met = Promise.withResolvers<void>();

  async since(instant: number, wanted: number): Promise<void> {
    this.#since = instant;
    this.#left = new Map(CONNECTIONS.map((connection) => [connection, wanted]));
    this.#met = Promise.withResolvers();
    await this.#met.promise;
  }

  take(event: RunEvent): void {
    if (event.type !== 'request' || event.outcome !== 'served') return;
    if (event.sentAt < this.#since) return;
    this.#left.set(event.connection, (this.#left.get(event.connection) ?? 0) - 1);
    if ([...this.#left.values()].every((left) => left <= 0)) this.#met.resolve();
  }
}

interface Interval {
  readonly from: number;
  readonly to: number;
  readonly lengthMs: number;
}

function compare(
  story: Story,
  intervals: readonly Interval[],
  { failure, rate }: TrialOptions,
): TrialResult {
  const { events } = story;
  const { api } = judge(events);
  const periodMs = 1000 / rate;
  const missed: TrialResult['missed'][number][] = [];
  const wrong: string[] = [];
  const sightings: Sighting[] = [];
  for (const connection of CONNECTIONS) {
    const ways = waysOf(events, connection);
    const all = api.disruptions.filter((one) => one.connection === connection);
    const left = new Set(all);
    // On a busy machine requests overtake each other on their way: an end can be ragged.
    const owned = Map.groupBy(all, (one) => intervals.toSorted(byDistance(one))[0]);
    for (const interval of intervals) {
      const { from, to, lengthMs } = interval;
      const slack = { from: ways(from, periodMs) + periodMs, to: ways(to, periodMs) + periodMs };
      const pieces = (owned.get(interval) ?? []).filter(
        (one) => one.from <= to + slack.to && one.to >= from - slack.from,
      );
      const [first] = pieces;
      const last = pieces.at(-1);
      if (first === undefined || last === undefined) {
        missed.push({ connection, lengthMs, wayMs: ways(from, periodMs) });
        continue;
      }
      for (const [index, piece] of pieces.entries()) {
        left.delete(piece);
        const next = pieces[index + 1];
        if (next === undefined || !mustNotice(failure, connection)) continue;
        if (next.from > from + slack.from && piece.to < to - slack.to) {
          wrong.push(`${connection}: served within ${lengthMs} ms, from ${piece.to - from} ms on`);
        }
      }
      const outcomes = api.lost
        .filter((one) => one.connection === connection)
        .filter(({ sentAt }) => sentAt >= first.from && sentAt < last.to)
        .map(({ outcome }) => outcome);
      sightings.push({
        connection,
        lengthMs,
        outcomes,
        fromErrorMs: first.from - from,
        toErrorMs: last.to - to,
        fromWayMs: slack.from - periodMs,
        toWayMs: slack.to - periodMs,
      });
    }
    wrong.push(
      ...[...left].map(({ from, to, cause }) => `${connection}: ${cause} from ${from} to ${to} ms`),
    );
  }
  return { failure, periodMs, sightings, missed, wrong, requests: api.requests };
}

/** The nearest first; of those that it overlaps, the one that it overlaps most. */
function byDistance(one: Span): (a: Span, b: Span) => number {
  const distance = (other: Span): number =>
    Math.max(one.from, other.from) - Math.min(one.to, other.to);
  return (a, b) => distance(a) - distance(b);
}

type Span = Pick<Interval, 'from' | 'to'>;

/**
 * How long arrivals around an instant took, from the time due to the answer. Without an answer in
 * time, or if the request was not sent: to its send or drop. The longest.
 */
function waysOf(
  events: readonly RunEvent[],
  over: Connection,
): (instant: number, periodMs: number) => number {
  const ways = events.flatMap((event) => {
    if (event.type !== 'request' && event.type !== 'arrivals-dropped') return [];
    if (event.connection !== over) return [];
    const unanswered = event.type === 'request' && event.outcome === 'timeout';
    return [{ from: event.scheduledAt, to: unanswered ? event.sentAt : event.at }];
  });
  return (instant, periodMs) =>
    Math.max(
      0,
      ...ways
        .filter(({ from, to }) => from <= instant + periodMs && to >= instant - periodMs)
        .map(({ from, to }) => to - from),
    );
}

/** A kept connection does not ask for a name: it may not even notice, or lose one now and then. */
function mustNotice(failure: Failure, connection: Connection): boolean {
  return failure !== 'dns' || connection === 'new';
}

/** The problems of a trial's result, in words; none if each interval was found. */
export function faultsOf({ failure, periodMs, sightings, missed, wrong }: TrialResult): string[] {
  const due = (connection: Connection): boolean => mustNotice(failure, connection);
  const off = (error: number, way: number): boolean => Math.abs(error) > periodMs + way + 1;
  return [
    ...wrong,
    ...missed
      // No request was due and arrived within it.
      .filter(({ lengthMs, wayMs }) => lengthMs >= periodMs + wayMs)
      .filter(({ connection }) => due(connection))
      .map(({ connection, lengthMs }) => `${connection}: ${lengthMs} ms were not found`),
    ...sightings
      .filter(({ connection }) => due(connection))
      .flatMap((one) => {
        const about = `${one.connection}: ${one.lengthMs} ms`;
        return [
          ...(off(one.fromErrorMs, one.fromWayMs)
            ? [`${about} began ${one.fromErrorMs} ms off, ${one.fromWayMs} ms of it on the way`]
            : []),
          ...(off(one.toErrorMs, one.toWayMs)
            ? [`${about} ended ${one.toErrorMs} ms off, ${one.toWayMs} ms of it on the way`]
            : []),
          ...one.outcomes
            .filter((outcome) => outcome !== failure && !EDGES[failure].includes(outcome))
            .map((outcome) => `${about} had a ${outcome}`),
        ];
      }),
  ];
}

/** If connections are cut, requests in flight are lost in another way. */
const EDGES: Readonly<Record<Failure, readonly string[]>> = {
  'connect-refused': ['reset-before-answer', 'reset-within-answer'],
  tls: ['reset-before-answer', 'reset-within-answer'],
  'reset-within-answer': [],
  'reset-before-answer': [],
  timeout: [],
  dns: [],
  '5xx-service': [],
  '5xx-balancer': [],
  'unexpected-status': [],
  'wrong-body': [],
  'wrong-headers': [],
};
