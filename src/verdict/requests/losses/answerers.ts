import type { RunEvent, RequestEvent } from '../../../events/event.ts';
import type { RequestOutcome } from '../../../events/families/request.ts';
import type { RequestId } from '../../../events/fields.ts';
import type { Life } from '../../history/services/life.ts';
import type { Services } from '../../history/services/services.ts';

/**
 * Outcomes of a request that a service answered: the service worked on it, and may have logged the
 * reason.
 */
export const ANSWERED: readonly RequestOutcome[] = [
  '5xx-service',
  'unexpected-status',
  'wrong-body',
];

/** The service that gave a request a wrong answer. */
export interface Answerer {
  /** The engine that worked on it. */
  readonly engine: Life;
  /**
   * Whether its answers are wrong for every API, or only for an API of another release: then both
   * are part of the fault.
   */
  readonly how: 'always' | 'across-releases';
}

/** The engines that took the calls of API requests. */
export interface Answerers {
  /** The engine that took the API's first call for a request, if it was seen. */
  engineOf(request: RequestId): Life | undefined;
  /**
   * The service that gave a request a wrong answer. It is `undefined` if the API is at fault, or if
   * it is unknown which of the two is.
   *
   * @param request Its id (`X-OpenStack-Request-ID`).
   */
  of(request: RequestId): Answerer | undefined;
}

interface Pair {
  readonly api: string;
  readonly engine: string;
}

/**
 * Attributes wrong answers to the API or to the engine, by the releases they have in common. The
 * engine is at fault if APIs of both releases gave them and only engines of one release had worked
 * on them. The API is at fault in the reverse case. Both are at fault if one API's release met
 * another release's engine in each of them.
 */
export function readAnswerers(events: readonly RunEvent[], services: Services): Answerers {
  const engines = new Map<string, Life>();
  for (const event of events) {
    if (event.type !== 'call-taken' || engines.has(event.request)) continue;
    const engine = services.of(event);
    if (engine?.role === 'engine') engines.set(event.request, engine);
  }
  const pairOf = ({ id, server, sentAt }: RequestEvent): Pair | undefined => {
    const api = services.at(server, sentAt);
    const engine = engines.get(id);
    return api && engine && { api: api.label, engine: engine.label };
  };
  const wrong = events.filter(
    (event) => event.type === 'request' && event.control !== true && isWrong(event),
  ) as readonly RequestEvent[];
  const common = (
    kindOf: (request: RequestEvent) => string,
  ): Map<string, Answerer['how'] | undefined> =>
    new Map(
      [...Map.groupBy(wrong, kindOf)].map(([kind, own]) => [
        kind,
        commonOf(own.flatMap((request) => pairOf(request) ?? [])),
      ]),
    );
  const requests = new Map(wrong.map((request) => [request.id, request]));
  const byOperation = common(operationOf);
  const byAnswer = common(answerOf);
  return {
    engineOf: (request) => engines.get(request),
    of: (id) => {
      const [request, engine] = [requests.get(id), engines.get(id)];
      if (request === undefined || engine === undefined) return undefined;
      const how = byOperation.get(operationOf(request)) ?? byAnswer.get(answerOf(request));
      return how && { engine, how };
    },
  };
}

function isWrong({ outcome }: RequestEvent): boolean {
  return ANSWERED.includes(outcome);
}

function answerOf({ outcome, status }: RequestEvent): string {
  return `${outcome} ${status}`;
}

function operationOf(request: RequestEvent): string {
  return `${answerOf(request)} ${request.operation}`;
}

function commonOf(pairs: readonly Pair[]): Answerer['how'] | undefined {
  const apis = new Set(pairs.map(({ api }) => api));
  const engines = new Set(pairs.map(({ engine }) => engine));
  if (engines.size !== 1) return undefined;
  if (apis.size > 1) return 'always';
  return [...apis][0] === [...engines][0] ? undefined : 'across-releases';
}
