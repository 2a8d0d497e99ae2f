import type { EventOf, RequestEvent, RunEvent } from '../../../events/event.ts';
import { kindOf } from '../../../scenario/topology/topology.ts';
import { slug } from '../../schema/slug.ts';
import { coverage, type Interval } from '../interval.ts';
import type { Life } from '../services/life.ts';
import type { Services } from '../services/services.ts';
import { isUnanswered } from './waiting.ts';

/** A call that an engine took, and did not answer while its request waited. */
export interface UnansweredCall {
  readonly request: RequestEvent;
  readonly life: Life;
  readonly method: string;
  /** The service that waited for it, as `node/service`. */
  readonly sender: string;
  /** When it was taken, and when its request ended; in milliseconds since the start of the run. */
  readonly sentAt: number;
  readonly until: number;
  /** Whether the engine’s own log shows that it never answered, to its end or to the run’s. */
  readonly isProven: boolean;
}

/** Calls that engines took and never answered, where nothing else explains it. */
export interface UnansweredCalls {
  readonly all: readonly UnansweredCall[];
  of(request: Pick<RequestEvent, 'id'>): UnansweredCall | undefined;
}

/** An answer that takes this long did not merely come late. */
const LONG_MS = 30_000;
/** One or two calls without an answer may be chance, and hold up nothing else. */
export const SEVERAL_CALLS = 3;
/** The share of the wait that must be noise for the machine to be the reason. */
const MOST_NOISE = 0.5;

interface ReadFrom {
  readonly services: Services;
  /** When the machine was slow. */
  readonly machine: readonly Interval[];
  /** Whether the lab had too little CPU time. */
  readonly isSaturated: (time: Interval) => boolean;
  /** Whether the request's own message, its reply or an engine's process was lost. */
  readonly isLost: (request: RequestEvent) => boolean;
}

/**
 * Calls of lost requests that an engine took, without an error in its log, until the request ended.
 * An engine that was asked to stop meanwhile is left out. Its log proves that it never answered: it
 * logs each reply, also that of an exception. Without that proof, waits in which the machine was
 * slow are left out, and so are fewer than three calls to engines of one release.
 */
export function readUnanswered(events: readonly RunEvent[], around: ReadFrom): UnansweredCalls {
  const { services, machine, isSaturated, isLost } = around;
  const taken = Map.groupBy(
    events.filter((event) => event.type === 'call-taken'),
    ({ request }) => request,
  );
  const withError = new Set(
    events
      .filter((event) => event.type === 'log-finding')
      .filter((one) => one.severity === 'error' && services.of(one)?.role === 'engine')
      .map(({ request }) => request),
  );
  const never = new Set(
    events.flatMap((event) => (event.type === 'call-unanswered' ? (event.request ?? []) : [])),
  );
  const found = events.flatMap((event): readonly UnansweredCall[] => {
    if (event.type !== 'request' || !mayWait(event) || withError.has(event.id)) return [];
    const call = lastOf(taken.get(event.id));
    const life = call && services.of(call);
    if (call === undefined || life === undefined || (life.stoppingAt ?? Infinity) <= event.at) {
      return [];
    }
    const wait = { from: event.sentAt, to: event.at };
    const isProven = never.has(event.id);
    const isSlow = coverage(machine, wait) >= MOST_NOISE * (wait.to - wait.from);
    if (isLost(event) || (!isProven && (isSlow || isSaturated(wait)))) return [];
    const { method, sender, at: sentAt } = call;
    return [{ request: event, life, method, sender, sentAt, until: event.at, isProven }];
  });
  const all = [...Map.groupBy(found, unansweredCauseId).values()]
    .filter((calls) => calls.length >= SEVERAL_CALLS || calls.some(({ isProven }) => isProven))
    .flat();
  const byRequest = new Map(all.map((call) => [call.request.id, call]));
  return { all, of: ({ id }) => byRequest.get(id) };
}

/** The cause for all calls that engines of one release did not answer. */
export function unansweredCauseId({ life }: Pick<UnansweredCall, 'life'>): string {
  return slug('calls-never-answered', kindOf(life.service), life.label);
}

function mayWait(request: RequestEvent): boolean {
  const { control, sentAt, at } = request;
  return control !== true && isUnanswered(request) && at - sentAt >= LONG_MS;
}

function lastOf(
  calls: readonly EventOf<'call-taken'>[] | undefined,
): EventOf<'call-taken'> | undefined {
  return calls?.reduce((last, call) => (call.at >= last.at ? call : last));
}
