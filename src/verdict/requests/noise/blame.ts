import type { EventOf } from '../../../events/event.ts';
import type { RequestOutcome } from '../../../events/families/request.ts';
import { coverage, overlap, overlaps, union, type Interval } from '../../history/interval.ts';
import type { Services } from '../../history/services/services.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import type { Noise } from './noise.ts';

/** The share of a request's waiting time that must be noise for noise to explain it. */
const EXPLAINING_SHARE = 0.5;

/** A client notices a broken connection within this time. */
const NOTICED_MS = 2_000;

/** Whether the machine's noise explains how long a served request took. */
export function wasNoisy({ machine }: Noise, time: Interval): boolean {
  const noisy = coverage(machine, time);
  return noisy > 0 && noisy >= EXPLAINING_SHARE * (time.to - time.from);
}

/**
 * Whether the machine's noise explains why a request was lost. Such a loss does not count against
 * the subject. Noise explains two kinds of loss:
 *
 * - A wait that ran out of time (`ranOutOfTime`). Either one stall covers at least half of it, or
 *   the time in which controls were lost does. A stall is one slow control, for as long as it took,
 *   or one standstill of the harness. So a control that took a second does not explain a minute.
 * - Another request that got no answer of the subject (`gotNoAnswer`). For example the connection
 *   was refused or reset, or the load balancer or the client failed. A control must have been lost
 *   shortly before its end, while no service was down, stopping or starting. Slow controls alone do
 *   not explain it.
 *
 * An answer of the subject is never noise, whatever its status or content. One exception: while the
 * container engine is silent, services do not find each other, also in the middle of a swap. Then
 * errors (5xx) are noise.
 */
export function isNoise(
  request: EventOf<'request'>,
  address: Pick<LostRequest, 'termination'>,
  { stalls }: Noise,
  services: Services,
): boolean {
  const life = { from: request.sentAt, to: request.at };
  const meanwhile = stalls.filter((stall) => overlaps(stall, life));
  if (ranOutOfTime(request, address)) {
    const waited = life.to - life.from;
    // A control that was lost for a moment does not explain a minute either.
    const outOfReach = coverage(union(meanwhile.filter(({ lost }) => lost)), life);
    return [outOfReach, ...meanwhile.map((stall) => Math.min(stall.ms, overlap(stall, life)))].some(
      (explained) => explained > 0 && explained >= EXPLAINING_SHARE * waited,
    );
  }
  const end = { from: Math.max(life.from, life.to - NOTICED_MS), to: life.to };
  if (meanwhile.some((stall) => stall.withoutNames === true && overlaps(stall, end))) {
    return gotNoAnswer(request.outcome) || request.outcome === '5xx-service';
  }
  return (
    meanwhile.some((stall) => stall.lost && overlaps(stall, end)) &&
    gotNoAnswer(request.outcome) &&
    !meanwhileSwapped(request, services)
  );
}

/** There was no answer in time from the subject, or a 504 from the load balancer. */
export function ranOutOfTime(
  { outcome, status }: Pick<LostRequest, 'outcome' | 'status'> | EventOf<'request'>,
  { termination }: Pick<LostRequest, 'termination'>,
): boolean {
  return (
    outcome === 'timeout' ||
    (outcome === '5xx-balancer' && (status === 504 || (termination?.code.startsWith('s') ?? false)))
  );
}

function gotNoAnswer(outcome: RequestOutcome): boolean {
  switch (outcome) {
    case 'connect-refused':
    case 'reset-before-answer':
    case 'reset-within-answer':
    case 'dns':
    case 'tls':
    case '5xx-balancer':
    // The client may have got no answer: then only losses of controls at that time explain it.
    case 'client-failed':
      return true;
    case 'served':
    case 'timeout':
    case '5xx-service':
    case 'unexpected-status':
    case 'wrong-body':
    case 'wrong-headers':
      return false;
  }
}

/**
 * Whether a service was down, or on its way down or up, while the request was under way.
 *
 * @param unless Whether a stop or start of `node/service` at an instant does not count. Default: all
 * count.
 */
export function meanwhileSwapped(
  { sentAt, at }: Pick<LostRequest, 'sentAt' | 'at'>,
  { lives }: Services,
  unless: (name: string, instant: number) => boolean = () => false,
): boolean {
  return lives.some(({ name, startedAt, servingAt, stoppingAt, stoppedAt }, index) => {
    const next = lives[index + 1];
    const down = stoppingAt ?? stoppedAt;
    // A service that was started beside it serves in its place, so its stop ends with its exit.
    const isReplaced = lives.some(
      (other) => other.name === `${name}.next` && (other.servingAt ?? Infinity) <= (down ?? -1),
    );
    const upAgain =
      (next?.name === name ? next.servingAt : null) ?? (isReplaced ? stoppedAt : null) ?? Infinity;
    const wasDown = down !== null && down <= at && upAgain >= sentAt && !unless(name, down);
    // A service that ran when the run started has served from its first moment.
    const started =
      servingAt !== startedAt &&
      startedAt <= at &&
      (servingAt ?? Infinity) >= sentAt &&
      !unless(name, startedAt);
    return wasDown || started;
  });
}
