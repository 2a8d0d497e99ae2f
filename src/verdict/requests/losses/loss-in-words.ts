import type { EventOf } from '../../../events/event.ts';
import type { RequestOutcome } from '../../../events/families/request.ts';
import type { Life } from '../../history/services/life.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import { outageInWords } from '../outages.ts';
import type { Answerer } from './answerers.ts';
import type { LoggedReason } from './logged.ts';
import type { Loss } from './loss.ts';

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

/** `502 from the load balancer (SH: …), node2/heat-api was stopping`. */
export function lossInWords({
  request,
  termination,
  life,
  state,
  outage,
  apiGap,
  reason,
  answerer,
}: Loss): string {
  return [
    inWords(request, termination),
    state === null ? null : `${life?.name} ${state}`,
    outage && outageInWords(outage),
    apiGap && 'no API served',
    reason && inLog(reason),
    answerer && answeredBy(answerer, life),
  ]
    .filter(Boolean)
    .join(', ');
}

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
