import type { EventOf, RunEvent } from '../../../events/event.ts';
import type { RequestOutcome } from '../../../events/families/request.ts';
import type { Life, Services } from '../versions.ts';
import type { DroppedMessage, DroppedMessages } from './dropped.ts';

/** The signature of the log scan: an API takes no more connections, since all its workers wait. */
const QUEUE_FULL = 'api-queue-full';
/** Calls of an API that one service kept unread, from which on they are why it stood still. */
const FEWEST_CALLS = 4;
/** How a request ends that an API could not take. */
const UNTAKEN: readonly RequestOutcome[] = ['timeout', '5xx-balancer', 'connect-refused'];

/**
 * APIs that stood still, since each of their workers waited for a call that a stopping service
 * kept. Later requests to them are lost as well, and reach no service.
 */
export interface Starvation {
  /** The service that kept the calls. */
  readonly by: Life;
  /** As servers of the load balancer, e.g. `node1/heat-api`. */
  readonly apis: readonly string[];
  /** How many calls of theirs it kept. */
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

/** In order of time; of one service at most one. */
export function readStarvations(
  events: readonly RunEvent[],
  { services, dropped }: { readonly services: Services; readonly dropped: DroppedMessages },
): readonly Starvation[] {
  const full = fullQueues(events);
  if (full.length === 0) return [];
  const byLife = Map.groupBy(dropped.all, ({ life }) => life);
  return [...byLife]
    .flatMap(([by, messages]) => starvationBy(by, { messages, full, services, events }))
    .sort((a, b) => a.from - b.from);
}

/** The starvation that an untaken request is lost to. */
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

interface Found {
  readonly messages: readonly DroppedMessage[];
  readonly full: readonly EventOf<'log-finding'>[];
  readonly services: Services;
  readonly events: readonly RunEvent[];
}

function starvationBy(
  by: Life,
  { messages, full, services, events }: Found,
): readonly Starvation[] {
  const calls = messages.flatMap(({ event: { sender, sentAt } }) =>
    sender === undefined || sentAt === undefined || services.at(sender, sentAt)?.role !== 'api'
      ? []
      : [{ sender, sentAt }],
  );
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
