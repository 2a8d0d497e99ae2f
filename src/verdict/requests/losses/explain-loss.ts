import type { RunEvent, RequestEvent } from '../../../events/event.ts';
import { failureOfRequest, type BaseFailure } from '../../history/base/failures.ts';
import { deathCauseId, type Deaths } from '../../history/deaths.ts';
import { readDrained } from '../../history/drained.ts';
import {
  tableAt,
  tableBehind,
  tableCauseId,
  type LockedTable,
} from '../../history/locked-tables.ts';
import { droppingCauseId, type DroppedMessages } from '../../history/messages/dropped.ts';
import { sharingCauseId, type MisdeliveredReplies } from '../../history/messages/misdelivered.ts';
import {
  starvationCauseId,
  starvationOf,
  type Starvation,
} from '../../history/messages/starved.ts';
import { unansweredCauseId, type UnansweredCalls } from '../../history/messages/unanswered.ts';
import type { Services } from '../../history/services/services.ts';
import type { Steps } from '../../history/steps.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import type { ApiGap } from '../api-gaps.ts';
import { isNoise, meanwhileSwapped, ranOutOfTime } from '../noise/blame.ts';
import type { Noise } from '../noise/noise.ts';
import { OVERLOAD_REASON, OVERLOAD_ID, readOverloads } from '../noise/overload.ts';
import type { Outage } from '../outages.ts';
import type { Answerers } from './answerers.ts';
import { addressOf } from './attribution.ts';
import { readBalancerLines } from './balancer-lines.ts';
import type { LoggedReasons } from './logged.ts';
import type { RefusedTokens } from './refused-tokens.ts';

/** The parts of a run that can explain why a request was lost. */
export interface LossContext {
  readonly services: Services;
  readonly steps: Steps;
  readonly noise: Noise;
  readonly outages: readonly Outage[];
  readonly apiGaps: readonly ApiGap[];
  readonly lockedTables: readonly LockedTable[];
  readonly dropped: DroppedMessages;
  readonly starvations: readonly Starvation[];
  readonly logged: LoggedReasons;
  readonly answerers: Answerers;
  readonly misdelivered: MisdeliveredReplies;
  readonly deaths: Deaths;
  readonly unanswered: UnansweredCalls;
  /** `undefined`: no token was refused and renewed. */
  readonly refusedTokens: RefusedTokens | undefined;
  /** The base's own failures before the roll. */
  readonly baseFailures: readonly BaseFailure[];
}

/** Where each lost request was lost, and the best explanation; computed once for each. */
export function readLosses(
  events: readonly RunEvent[],
  context: LossContext,
): (request: RequestEvent) => LostRequest {
  const balancer = readBalancerLines(events);
  const isOverload = readOverloads(events, { ...context, drained: readDrained(events) });
  const known = new Map<RequestEvent, LostRequest>();
  return (request) => {
    const before = known.get(request);
    if (before !== undefined) return before;
    const found = explainLoss(request, { ...context, balancer, isOverload });
    known.set(request, found);
    return found;
  };
}

interface LossEvidence extends LossContext {
  readonly balancer: ReturnType<typeof readBalancerLines>;
  readonly isOverload: ReturnType<typeof readOverloads>;
}

/**
 * Where a request was lost, and the best explanation. The first that fits counts:
 *
 * 1. The request's own message or reply.
 * 2. A refused token, of the request or of a service, unless the request failed at the base in the same way.
 * 3. An engine's process that exited, with the same exception.
 * 4. A call that its engine never answered, with the same exception, or a full queue of waiting
 *    APIs.
 * 5. A table that a migration had locked for most of its time, or while it found no service.
 * 6. The machine: overload, then noise.
 * 7. A failure of the base.
 * 8. The address.
 */
function explainLoss(request: RequestEvent, around: LossEvidence): LostRequest {
  const baseFailure = failureOfRequest(around.baseFailures, request);
  const death = around.deaths.lostWith(request);
  const message = messageLoss(request, around);
  const isExplained = [message, baseFailure, death].some((one) => one !== undefined);
  const logged = isExplained ? undefined : around.logged.of(request.id);
  const address = addressOf(request, logged, around);

  const explanation =
    message ??
    (baseFailure === undefined ? tokenLoss(request, around) : undefined) ??
    (baseFailure === undefined && death !== undefined ? deathLoss(death) : undefined) ??
    (baseFailure === undefined ? unansweredLoss(request, around) : undefined) ??
    starvationLoss(request, address, around) ??
    tableLoss(request, address, around);
  if (explanation !== undefined) return { ...explained(address, explanation), noise: false };
  if (around.isOverload(request)) {
    return { ...explained(address, { why: OVERLOAD_REASON, causeId: OVERLOAD_ID }), noise: true };
  }
  if (isNoise(request, address, around.noise, around.services)) {
    return { ...address, noise: true, causeId: `noise-${address.causeId}` };
  }
  return { ...address, noise: false, causeId: baseFailure?.id ?? address.causeId };
}

type LostAddress = ReturnType<typeof addressOf>;

interface LossExplanation {
  readonly why: string;
  readonly causeId: string;
}

function explained(address: LostAddress, { why, causeId }: LossExplanation): LostAddress {
  return { ...address, cause: `${address.cause}: ${why}`, causeId };
}

/** The request's own message was dropped, or another service took the reply. */
function messageLoss(
  request: RequestEvent,
  { dropped, misdelivered, steps }: LossEvidence,
): LossExplanation | undefined {
  const message = dropped.lostWith(request);
  if (message !== undefined) {
    return {
      why: `${message.life.name} took its message and dropped it`,
      causeId: droppingCauseId([message.life], steps),
    };
  }
  const reply = misdelivered.lostWith(request);
  return (
    reply && {
      why: `${reply.node}/${reply.service} took the reply to it`,
      causeId: sharingCauseId(reply),
    }
  );
}

/** The id of the cause for all requests whose token was refused. */
export const TOKENS_ID = 'tokens-refused';

function tokenLoss(
  request: RequestEvent,
  { refusedTokens, logged }: LossEvidence,
): LossExplanation | undefined {
  return refusedTokens?.lostWith(request, logged.of(request.id)?.finding.sample) === true
    ? { why: 'Keystone refused a token', causeId: TOKENS_ID }
    : undefined;
}

function deathLoss(death: Deaths['all'][number]): LossExplanation {
  return {
    why: `${death.node}/${death.service} had taken its call when its process ended`,
    causeId: deathCauseId(death),
  };
}

function unansweredLoss(
  request: RequestEvent,
  { unanswered }: LossEvidence,
): LossExplanation | undefined {
  const call = unanswered.of(request);
  return (
    call && {
      why: `${call.life.name} took its call ${call.method} and never answered it`,
      causeId: unansweredCauseId(call),
    }
  );
}

function starvationLoss(
  request: RequestEvent,
  address: LostAddress,
  { starvations, steps }: LossEvidence,
): LossExplanation | undefined {
  const starved = starvationOf(request, serverOf(address), starvations);
  if (starved === undefined) return undefined;
  const { by, apis } = starved;
  return {
    why: `${apis.join(' and ')} waited for ${keptInWords(by)}`,
    causeId: starvationCauseId(starved, steps),
  };
}

/** A service that is busy for this long with a request waits for something. */
const LONG_MS = 10_000;

/**
 * A request waited for a table until it failed, or no service was there for it, because all waited
 * for a table and no one had been stopped.
 */
function tableLoss(
  request: RequestEvent,
  address: LostAddress,
  { lockedTables, services }: LossEvidence,
): LossExplanation | undefined {
  const hasWaited = ranOutOfTime(request, address) || request.at - request.sentAt >= LONG_MS;
  const foundNone = request.outcome === '5xx-balancer' && !meanwhileSwapped(request, services);
  const locked =
    (hasWaited ? tableBehind(lockedTables, request) : undefined) ??
    (foundNone ? tableAt(lockedTables, request) : undefined);
  return (
    locked && {
      why: `a migration had locked the table ${locked.table}`,
      causeId: tableCauseId(locked),
    }
  );
}

function keptInWords(by: Starvation['by']): string {
  switch (by.kind) {
    case 'stopping':
      return `calls that ${by.life.name} kept`;
    case 'died':
      return `calls that were lost with a process of ${by.death.node}/${by.death.service}`;
    case 'unanswered':
      return `calls that ${by.call.life.name} never answered`;
    default:
      return by satisfies never;
  }
}

function serverOf({ node, service }: Pick<LostRequest, 'node' | 'service'>): string | undefined {
  return node === null || service === null ? undefined : `${node}/${service}`;
}
