import type { EventOf, RunEvent } from '../../../events/event.ts';
import type { DrainedServers } from '../../history/drained.ts';
import { coverage, union, type Interval } from '../../history/interval.ts';
import { fullQueues, type Starvation } from '../../history/messages/starved.ts';
import type { Services } from '../../history/services/services.ts';
import { outageDuring, type Outage } from '../outages.ts';
import { meanwhileSwapped } from './blame.ts';
import type { Noise } from './noise.ts';
import { readSaturation, type Saturation } from './saturation.ts';

/** Two log lines of a full queue belong to one jam if they are no further apart than this. */
const ONE_JAM_MS = 15_000;
/** A queue fills up in this time, so the machine's load in this time counts as well. */
const FILLING_MS = 10_000;
/** After this time, an API's start or stop no longer affects the load balancer's view of it. */
const SETTLED_MS = 5_000;
/**
 * The share of that time that must be noise for the machine to be the reason for the full queue.
 */
const EXPLAINING_SHARE = 0.5;

/** The cause for all such requests. */
export const OVERLOAD_ID = 'noise-overload';

/** The description of such a lost request. */
export const OVERLOAD_REASON = 'this machine could not carry the load';

/** The setting that lets the machine carry the load. */
export const LIGHTER_LOAD =
  'a lighter load, e.g. --set load.workload.rate=0.1, or a machine with more cores to itself';

/** A service that answers with an error so late waited for another one in vain. */
const GIVEN_UP_MS = 30_000;
/** The outcomes of a request that an API did not take. */
const NOT_TAKEN: readonly EventOf<'request'>['outcome'][] = [
  'timeout',
  '5xx-balancer',
  'connect-refused',
  'reset-before-answer',
];

export interface OverloadContext {
  readonly noise: Noise;
  readonly starvations: readonly Starvation[];
  readonly services: Services;
  readonly drained: DrainedServers;
  readonly outages: readonly Outage[];
}

/** Whether a request was lost because this machine could not carry the load, and to no swap. */
export type Overloads = (request: EventOf<'request'>) => boolean;

/**
 * Finds two kinds of requests. One kind no API took in a jam (`readJams`). The other kind a service
 * gave up after a long wait, while the lab had too little CPU time. The swap of an API that takes
 * no requests costs none.
 */
export function readOverloads(events: readonly RunEvent[], context: OverloadContext): Overloads {
  const { services, drained, outages } = context;
  const infrastructure = outages.filter(({ life }) => life === null);
  const isSaturated = readSaturation(events, new Set(services.lives.map(({ name }) => name)));
  const jams = readJams(events, context, isSaturated);
  const isOverload = ({ outcome, sentAt, at }: EventOf<'request'>): boolean =>
    outcome === '5xx-service'
      ? at - sentAt >= GIVEN_UP_MS && isSaturated({ from: sentAt, to: at })
      : NOT_TAKEN.includes(outcome) && jams.some(({ from, to }) => at >= from && sentAt < to);
  return (request) =>
    isOverload(request) &&
    !meanwhileSwapped(request, services, drained.isDrained) &&
    // APIs that wait for a broker or a database that is gone take no requests either.
    outageDuring(infrastructure, request) === undefined;
}

/**
 * The times at which this machine could not carry the load. An API's listen queue was full, or the
 * load balancer took every API in rotation for dead while all of them ran. And the machine was
 * slow. The controls, which ask nothing of the subject, were slow or lost too, or the lab had too
 * little CPU time. Each lasts until the API served a request again. Effects of a stopping service
 * on an API are not among them.
 */
function readJams(
  events: readonly RunEvent[],
  { noise, starvations, services, drained }: OverloadContext,
  isSaturated: Saturation,
): readonly Interval[] {
  const explained = new Set(starvations.flatMap(({ lines }) => lines));
  const full = fullQueues(events)
    .filter((line) => !explained.has(line))
    .map(({ at }) => ({ from: at, to: at }));
  const suspected = [...full, ...withoutServer(events, services, drained)];
  if (suspected.length === 0) return [];
  const served = events
    .filter((event) => event.type === 'request')
    .filter(({ control, outcome }) => control !== true && outcome === 'served')
    .map(({ sentAt }) => sentAt)
    .sort((a, b) => a - b);
  const endAt = events.at(-1)?.at ?? 0;
  const jams = union(suspected, ONE_JAM_MS).map(({ from, to }) => ({
    from,
    to: served.find((sentAt) => sentAt > to) ?? endAt,
  }));
  return union(jams).filter((jam) => {
    const time = { from: Math.max(0, jam.from - FILLING_MS), to: jam.to };
    return (
      coverage(noise.machine, time) >= EXPLAINING_SHARE * (time.to - time.from) || isSaturated(time)
    );
  });
}

function apisOf({ lives }: Services): Services['lives'] {
  return lives.filter(({ role }) => role === 'api');
}

/** Requests for which the load balancer had no server, though each API in rotation ran. */
function withoutServer(
  events: readonly RunEvent[],
  services: Services,
  { isDrained }: DrainedServers,
): readonly Interval[] {
  const apis = apisOf(services);
  const servedBy = ({ from, to }: Interval): boolean => {
    const there = apis.filter(
      ({ name, startedAt, stoppedAt }) =>
        !isDrained(name, from) &&
        startedAt <= to &&
        (stoppedAt === null || stoppedAt >= from - SETTLED_MS),
    );
    return (
      there.length > 0 &&
      there.every(
        ({ servingAt, stoppingAt, stoppedAt }) =>
          servingAt !== null &&
          servingAt < from - SETTLED_MS &&
          (stoppingAt ?? stoppedAt ?? Infinity) > to,
      )
    );
  };
  return events
    .filter((event) => event.type === 'request')
    .filter(
      ({ control, outcome, status }) =>
        control !== true && outcome === '5xx-balancer' && status === 503,
    )
    .map(({ sentAt, at }) => ({ from: sentAt, to: at }))
    .filter(servedBy);
}
