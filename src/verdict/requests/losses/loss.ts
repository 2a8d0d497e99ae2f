import type { EventOf } from '../../../events/event.ts';
import type { RequestOutcome } from '../../../events/families/request.ts';
import { nodeOfServer, type NodeName } from '../../../scenario/topology/topology.ts';
import { MARK } from '../../../words.ts';
import type { Life } from '../../history/services/life.ts';
import type { Services } from '../../history/services/services.ts';
import type { StepInterval, Steps } from '../../history/steps.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import { gapOf, type ApiGap } from '../api-gaps.ts';
import { outageDuring, type Outage } from '../outages.ts';
import { ANSWERED, type Answerer, type Answerers } from './answerers.ts';
import type { BalancerLog } from './balancer-lines.ts';
import type { LoggedReason } from './logged.ts';
import { meaningOf } from './termination.ts';

/** Facts about a run at the time of a lost request. */
export interface LossSurroundings {
  readonly services: Services;
  readonly steps: Steps;
  readonly balancer: BalancerLog;
  readonly outages: readonly Outage[];
  readonly apiGaps: readonly ApiGap[];
  readonly answerers: Answerers;
}

/** A lost request, and the facts about the lab at that time that explain the loss. */
export interface Loss {
  readonly request: EventOf<'request'>;
  /** `node/service` of the server, if it is known. */
  readonly server: string | undefined;
  /** The server's life; `undefined` if it is unknown, or one of several. */
  readonly life: Life | undefined;
  readonly termination: LostRequest['termination'];
  /** The server `was stopping`, `was stopped` or `was starting`; `null` if it served. */
  readonly state: string | null;
  /** The step in which the request was lost. */
  readonly step: StepInterval | undefined;
  /** The outage that explains the loss, and the step in which it began. */
  readonly outage: Outage | undefined;
  readonly outageStep: StepInterval | undefined;
  /** No API served when it was sent, and no server is known to have had it. */
  readonly apiGap: ApiGap | undefined;
  /** The step in which that began. */
  readonly gapStep: StepInterval | undefined;
  /** The log line of the service that answered. */
  readonly reason: LoggedReason | undefined;
  readonly answerer: Answerer | undefined;
  /** The server's node, otherwise the step's; `null` if several servers may have had the request. */
  readonly node: NodeName | null;
}

/** @param logged A service's log line about the request, if no other reason is known. */
export function examine(
  request: EventOf<'request'>,
  logged: LoggedReason | undefined,
  { services, steps, balancer, outages, apiGaps, answerers }: LossSurroundings,
): Loss {
  const line = balancer.get(request.id);
  const server = request.server ?? line?.server ?? undefined;
  const known = services.at(server, request.sentAt);
  const candidates = known !== undefined ? [known] : line ? [] : stoppedUnder(request, services);
  const life = candidates.length === 1 ? candidates[0] : undefined;
  const step = steps.at(lostAt(request, candidates, steps), life?.node);
  const state = life === undefined ? null : stateOf(life, request);
  const outage = state === null ? outageDuring(outages, request) : undefined;
  const apiGap = state === null && outage === undefined ? gapOf(apiGaps, request) : undefined;
  const isAnswered = ANSWERED.includes(request.outcome);
  const reason = isAnswered ? logged : undefined;
  return {
    request,
    server,
    life,
    termination: line === undefined ? null : terminationOf(line),
    state,
    step,
    outage,
    outageStep: outage && steps.at(outage.from, outage.life?.node),
    apiGap,
    gapStep: apiGap && steps.at(apiGap.from),
    reason,
    answerer:
      isAnswered && reason === undefined && state === null ? answerers.of(request.id) : undefined,
    node:
      life?.node ??
      nodeOfServer(server) ??
      (candidates.length > 1 || apiGap !== undefined ? null : step?.node) ??
      null,
  };
}

function terminationOf({
  termination: code,
  server,
}: EventOf<'balancer-logged'>): LostRequest['termination'] {
  return { code, meaning: meaningOf(code, server) };
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
