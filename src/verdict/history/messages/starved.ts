import type { EventOf, RunEvent } from '../../../events/event.ts';
import type { RequestOutcome } from '../../../events/families/request.ts';
import { deathCauseId, type Death, type Deaths } from '../deaths.ts';
import { groupBy } from '../group.ts';
import type { Life } from '../services/life.ts';
import type { Services } from '../services/services.ts';
import type { Steps } from '../steps.ts';
import { droppingCauseId, type DroppedMessages } from './dropped.ts';
import { unansweredCauseId, type UnansweredCall, type UnansweredCalls } from './unanswered.ts';

/**
 * The signature of the log scan: an API takes no more connections, because all its workers wait.
 */
const QUEUE_FULL = 'api-queue-full';
/** This many unread calls of an API that one service keeps explain why the API is starved. */
const FEWEST_CALLS = 4;
/** The outcomes of a request that an API could not take. */
const UNTAKEN: readonly RequestOutcome[] = ['timeout', '5xx-balancer', 'connect-refused'];

/**
 * What kept the calls: a stopping service, the exit of a process that had taken them, or engines that
 * never answered them. If several exits or calls are one cause, the first.
 */
type Keeper =
  | { readonly kind: 'stopping'; readonly life: Life }
  | { readonly kind: 'died'; readonly death: Death }
  | { readonly kind: 'unanswered'; readonly call: UnansweredCall };

/**
 * Starved APIs: each of their workers waited for a kept call. Later requests to them are lost as
 * well, and reach no service.
 */
export interface Starvation {
  readonly by: Keeper;
  /** As servers of the load balancer, e.g. `node1/heat-api`. */
  readonly apis: readonly string[];
  /** How many of their calls were kept. */
  readonly calls: number;
  /** When the first of these calls was sent, in milliseconds since the start of the run. */
  readonly from: number;
  /** When an API first served a request again, sent after the queues were full; or the last event. */
  readonly to: number;
  /** The log lines of the full queues. */
  readonly lines: readonly EventOf<'log-finding'>[];
}

/** The log lines in which an API says that its listen queue is full. */
export function fullQueues(events: readonly RunEvent[]): readonly EventOf<'log-finding'>[] {
  return events
    .filter((event) => event.type === 'log-finding')
    .filter(({ signature }) => signature === QUEUE_FULL);
}

/** In order of time; at most one for each keeper. */
export function readStarvations(
  events: readonly RunEvent[],
  { services, dropped, deaths, unanswered }: ReadFrom,
): readonly Starvation[] {
  const full = fullQueues(events);
  const [first] = full;
  if (first === undefined) return [];
  const stopping = [...Map.groupBy(dropped.all, ({ life }) => life)].map(
    ([life, messages]): Kept => ({
      by: { kind: 'stopping', life },
      calls: messages.flatMap(({ event: { sender, sentAt } }) =>
        sender === undefined || sentAt === undefined ? [] : [{ sender, sentAt }],
      ),
    }),
  );
  // Workers are free again when their requests have ended.
  const waiting = deaths.calls.filter(({ until }) => until >= first.at);
  const died = groupBy(waiting, ({ death }) => deathCauseId(death)).map((calls): Kept => ({
    by: { kind: 'died', death: calls[0].death },
    calls,
  }));
  const kept = unanswered.all.filter(({ until }) => until >= first.at);
  const never = groupBy(kept, unansweredCauseId).map((calls): Kept => ({
    by: { kind: 'unanswered', call: calls[0] },
    calls,
  }));
  return [...stopping, ...died, ...never]
    .flatMap((kept) => starvationBy(kept, { full, services, events }))
    .sort((a, b) => a.from - b.from);
}

/** The cause for requests to a starved API. */
export function starvationCauseId({ by }: Starvation, steps: Steps): string {
  switch (by.kind) {
    case 'stopping':
      return droppingCauseId([by.life], steps);
    case 'died':
      return deathCauseId(by.death);
    case 'unanswered':
      return unansweredCauseId(by.call);
    default:
      return by satisfies never;
  }
}

/** The starvation that explains why a request was not taken. */
export function starvationOf(
  request: Pick<EventOf<'request'>, 'sentAt' | 'outcome'>,
  server: string | undefined,
  starvations: readonly Starvation[],
): Starvation | undefined {
  if (!UNTAKEN.includes(request.outcome)) return undefined;
  return starvations.find(
    ({ from, to, apis }) =>
      request.sentAt >= from &&
      request.sentAt < to &&
      (server === undefined || apis.includes(server)),
  );
}

interface ReadFrom {
  readonly services: Services;
  readonly dropped: DroppedMessages;
  readonly deaths: Deaths;
  readonly unanswered: UnansweredCalls;
}

interface Kept {
  readonly by: Keeper;
  readonly calls: readonly { readonly sender: string; readonly sentAt: number }[];
}

interface FullQueues {
  readonly full: readonly EventOf<'log-finding'>[];
  readonly services: Services;
  readonly events: readonly RunEvent[];
}

function starvationBy(
  { by, calls: kept }: Kept,
  { full, services, events }: FullQueues,
): readonly Starvation[] {
  const calls = kept.filter(({ sender, sentAt }) => services.at(sender, sentAt)?.role === 'api');
  const ofApi = Map.groupBy(calls, ({ sender }) => sender);
  const apis = [...ofApi].filter(([api, own]) => {
    const firstSentAt = Math.min(...own.map(({ sentAt }) => sentAt));
    return (
      own.length >= FEWEST_CALLS &&
      full.some((line) => nameOf(line) === api && line.at >= firstSentAt)
    );
  });
  if (apis.length === 0) return [];
  const from = Math.min(...apis.flatMap(([, own]) => own.map(({ sentAt }) => sentAt)));
  const names = apis.map(([api]) => api);
  const lines = full.filter((line) => line.at >= from && names.includes(nameOf(line)));
  const lastFullAt = Math.max(...lines.map(({ at }) => at));
  return [
    {
      by,
      apis: names,
      calls: apis.reduce((sum, [, own]) => sum + own.length, 0),
      from,
      to: servedAgainAt(events, lastFullAt),
      lines,
    },
  ];
}

function servedAgainAt(events: readonly RunEvent[], after: number): number {
  const served = events.flatMap((event) =>
    event.type === 'request' &&
    event.control !== true &&
    event.outcome === 'served' &&
    event.sentAt > after
      ? [event.sentAt]
      : [],
  );
  return served.length === 0 ? (events.at(-1)?.at ?? after) : Math.min(...served);
}

function nameOf({ node, service }: EventOf<'log-finding'>): string {
  return `${node}/${service}`;
}
