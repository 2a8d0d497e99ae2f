import type { EventOf } from '../../events/event.ts';
import type { RequestOutcome } from '../../events/families/request.ts';
import { nodeOfServer, readInstanceName } from '../../scenario/topology/topology.ts';
import type { Steps } from '../history/steps.ts';
import type { Life, Services } from '../history/versions.ts';
import { MARK } from '../reading/marked.ts';
import type { LostRequest } from '../schema/verdict.ts';
import { slug } from '../words/slug.ts';
import { ANSWERED, type Answerer, type Answerers } from './answerers.ts';
import type { BalancerLog } from './balancer-lines.ts';
import type { LoggedReason } from './logged.ts';
import { outageDuring, outageInWords, type Outage } from './outages.ts';
import { meaningOf } from './termination.ts';

/** Facts about a run at the time of a lost request. */
export interface Surroundings {
  readonly services: Services;
  readonly steps: Steps;
  readonly balancer: BalancerLog;
  readonly outages: readonly Outage[];
  readonly answerers: Answerers;
}

/**
 * The address of a request that was not served. The server is the one that answered, otherwise the
 * one in the load balancer's log, otherwise it is derived from the stops at that time. The step is
 * the first of these that applies:
 *
 * 1. During an outage (a fault, swapped infrastructure), if no stop or start of the server explains
 * the loss: the step in which the outage began.
 * 2. If the server was asked to stop while the request was in progress: the step of that stop.
 * 3. If another tool's marks make the steps (a watch) and the connection broke: the step at the
 * request's end.
 * 4. The step in which the request was sent.
 *
 * @param logged A service's log line about it, if no other reason is known.
 */
export function addressOf(
  request: EventOf<'request'>,
  logged: LoggedReason | undefined,
  { services, steps, balancer, outages, answerers }: Surroundings,
): Omit<LostRequest, 'noise'> {
  const line = balancer.get(request.id);
  const server = request.server ?? line?.server ?? undefined;
  const known = services.at(server, request.sentAt);
  const candidates = known !== undefined ? [known] : line ? [] : stoppedUnder(request, services);
  const life = candidates.length === 1 ? candidates[0] : undefined;
  const step = steps.at(lostAt(request, candidates, steps), life?.node);
  const termination =
    line === undefined
      ? null
      : { code: line.termination, meaning: meaningOf(line.termination, line.server) };
  const how = inWords(request, termination);
  const state = life === undefined ? null : stateOf(life, request);
  const outage = state === null ? outageDuring(outages, request) : undefined;
  const isAnswered = ANSWERED.includes(request.outcome);
  // An API makes the headers itself, in the same way for every answer.
  const hasWrongHeaders = request.outcome === 'wrong-headers';
  const reason = isAnswered ? logged : undefined;
  const answerer =
    isAnswered && reason === undefined && state === null ? answerers.of(request.id) : undefined;
  const begunIn = outage === undefined ? step : steps.at(outage.from, outage.life?.node);
  return {
    id: request.id,
    probe: request.probe,
    connection: request.connection,
    operation: request.operation,
    sentAt: request.sentAt,
    at: request.at,
    outcome: request.outcome,
    status: request.status ?? null,
    node: life?.node ?? nodeOfServer(server) ?? (candidates.length > 1 ? null : step?.node) ?? null,
    service: life?.service ?? readInstanceName(server ?? '')?.service ?? null,
    container: life?.container ?? null,
    version: life?.label ?? null,
    step: begunIn?.id ?? null,
    cause: [
      how,
      state === null ? null : `${life?.name} ${state}`,
      outage && outageInWords(outage),
      reason && inLog(reason),
      answerer && answeredBy(answerer, life),
    ]
      .filter(Boolean)
      .join(', '),
    causeId:
      life !== undefined && state !== null
        ? // For every kind of loss: the server was stopping or starting.
          slug(SWAPPING, life.name, 'step', step?.id)
        : outage !== undefined
          ? outageCauseId(outage, begunIn?.id ?? null)
          : reason !== undefined
            ? // Grouped by the logged error, regardless of node, step or status.
              reason.causeId
            : isAnswered || hasWrongHeaders
              ? answeredCauseId(request, answerer, life)
              : slug(
                  'lost',
                  request.outcome,
                  request.status,
                  life?.name ?? server,
                  'step',
                  step?.id,
                ),
    termination,
    detail: request.detail ?? null,
  };
}

/** Prefix of ids if the server was stopping or starting. */
export const SWAPPING = 'lost-swapping';

/** The id of the cause for all losses of an outage. */
export function outageCauseId({ on, how }: Outage, step: string | null): string {
  return slug('outage', on, how, 'step', step ?? undefined);
}

/**
 * For an answer of the load balancer itself, without its log: an api that was being stopped at that
 * time.
 */
function stoppedUnder(request: EventOf<'request'>, { lives }: Services): readonly Life[] {
  if (request.outcome !== '5xx-balancer') return [];
  return lives.filter(
    ({ role, stoppingAt, stoppedAt }) =>
      role === 'api' &&
      stoppingAt !== null &&
      stoppingAt <= request.at &&
      (stoppedAt === null || stoppedAt >= request.sentAt),
  );
}

const WORDS: Readonly<Record<Exclude<RequestOutcome, 'served'>, string>> = {
  'connect-refused': 'connection refused',
  'reset-before-answer': 'connection broken before the answer',
  'reset-within-answer': 'connection broken within the answer',
  timeout: 'no answer in time',
  dns: 'name not resolved',
  tls: 'TLS failed',
  '5xx-service': 'from the service',
  '5xx-balancer': 'from the load balancer',
  'unexpected-status': 'where another status was due',
  'wrong-body': 'with a wrong body',
  'wrong-headers': 'with wrong headers',
  'client-failed': 'failed in the client',
};

function inWords(
  { outcome, status }: EventOf<'request'>,
  termination: LostRequest['termination'],
): string {
  if (outcome === 'served') return 'served';
  const what =
    status === undefined || outcome === 'wrong-headers'
      ? WORDS[outcome]
      : `${status} ${WORDS[outcome]}`;
  return outcome !== '5xx-balancer' || termination === null
    ? what
    : `${what} (${termination.code}: ${termination.meaning})`;
}

function inLog({ finding: { node, service, title } }: LoggedReason): string {
  return `${node}/${service} logged “${title}”`;
}

function answeredBy({ engine, how }: Answerer, api: Life | undefined): string {
  const by = `answered by ${engine.kind} ${engine.label}`;
  return how === 'always' || api === undefined ? by : `${by} where ${api.kind} ${api.label} asked`;
}

/**
 * The cause of wrong answers with the same status and from the same service.
 *
 * @param api Its kind, and its version as the verdict names it.
 */
export function answeredCauseId(
  { outcome, status }: { readonly outcome: string; readonly status?: number | null | undefined },
  answerer: Answerer | undefined,
  api: Pick<Life, 'kind' | 'label'> | undefined,
): string {
  const asked = answerer?.how === 'always' ? undefined : api;
  const { engine } = answerer ?? {};
  const faulty = [asked, engine].flatMap((life) => (life ? [life.kind, life.label] : []));
  const answer = outcome === 'wrong-headers' ? undefined : (status ?? undefined);
  return slug('lost', outcome, answer, ...faulty);
}

/** Outcomes of a request whose connection broke: this happened at its end, not when it was sent. */
const BROKEN_OFF: readonly RequestOutcome[] = [
  'reset-before-answer',
  'reset-within-answer',
  '5xx-balancer',
];

/**
 * The time at which the first of its servers was asked to stop while the request was in progress;
 * otherwise the time of sending. If another tool's marks make the steps, no stop is known: then a
 * broken request counts at its end.
 */
function lostAt(request: EventOf<'request'>, servers: readonly Life[], steps: Steps): number {
  const stops = servers.flatMap(({ stoppingAt }) =>
    stoppingAt !== null && stoppingAt > request.sentAt && stoppingAt <= request.at
      ? [stoppingAt]
      : [],
  );
  if (stops.length > 0) return Math.min(...stops);
  const brokenOff = BROKEN_OFF.includes(request.outcome) && request.status !== 504;
  return brokenOff && steps.at(request.at)?.kind === MARK ? request.at : request.sentAt;
}

function stateOf(life: Life, request: EventOf<'request'>): string | null {
  if (life.stoppedAt !== null && request.sentAt >= life.stoppedAt) return 'was stopped';
  if (life.stoppingAt !== null && request.at >= life.stoppingAt) return 'was stopping';
  if (life.servingAt === null || request.sentAt < life.servingAt) return 'was starting';
  return null;
}
