import type { EventOf, Outcome } from '../events/event.ts';
import { slug } from './slug.ts';
import type { Steps } from './steps.ts';
import type { LostRequest } from './verdict.ts';
import type { Life, Services } from './versions.ts';

/**
 * The address of a request that was not served. The step is the one in which it was sent,
 * unless its server was told to stop while it was under way: then it is that stop's.
 */
export function addressOf(
  request: EventOf<'request'>,
  services: Services,
  steps: Steps,
): LostRequest {
  const life = services.at(request.server, request.sentAt) ?? stoppedUnder(request, services);
  const step = steps.at(lostAt(request, life), life?.node);
  const how = inWords(request);
  const state = life === undefined ? null : stateOf(life, request);
  return {
    id: request.id,
    probe: request.probe,
    connection: request.connection,
    operation: request.operation,
    sentAt: request.sentAt,
    at: request.at,
    node: life?.node ?? nodeOf(request.server) ?? step?.node ?? null,
    service: life?.service ?? request.server?.split('/')[1] ?? null,
    version: life?.version ?? null,
    step: step?.id ?? null,
    cause: state === null ? how : `${how}, ${life?.name} ${state}`,
    causeId: slug(
      'lost',
      request.outcome,
      request.status,
      life?.name ?? request.server,
      'step',
      step?.id,
    ),
    detail: request.detail ?? null,
  };
}

/**
 * Of an answer that the load balancer made up nobody says which server should have given it: the
 * one api that was being stopped meanwhile, if it is one.
 */
function stoppedUnder(request: EventOf<'request'>, { lives }: Services): Life | undefined {
  if (request.outcome !== '5xx-balancer') return undefined;
  const [only, ...others] = lives.filter(
    ({ role, stoppingAt, stoppedAt }) =>
      role === 'api' &&
      stoppingAt !== null &&
      stoppingAt <= request.at &&
      (stoppedAt === null || stoppedAt >= request.sentAt),
  );
  return others.length === 0 ? only : undefined;
}

const WORDS: Readonly<Record<Exclude<Outcome, 'served'>, string>> = {
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
};

function inWords({ outcome, status }: EventOf<'request'>): string {
  if (outcome === 'served') return 'served';
  return status === undefined ? WORDS[outcome] : `${status} ${WORDS[outcome]}`;
}

function nodeOf(server: string | undefined): string | null {
  return server?.split('/')[0] ?? null;
}

function lostAt(request: EventOf<'request'>, life: Life | undefined): number {
  const stop = life?.stoppingAt;
  return stop !== undefined && stop !== null && stop > request.sentAt && stop <= request.at
    ? stop
    : request.sentAt;
}

function stateOf(life: Life, request: EventOf<'request'>): string | null {
  if (life.stoppedAt !== null && request.sentAt >= life.stoppedAt) return 'was stopped';
  if (life.stoppingAt !== null && request.at >= life.stoppingAt) return 'was stopping';
  if (life.servingAt === null || request.sentAt < life.servingAt) return 'was starting';
  return null;
}
