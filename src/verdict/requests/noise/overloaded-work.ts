import type { LogFinding, RunEvent } from '../../../events/event.ts';
import type { Deaths } from '../../history/deaths.ts';
import type { Operation } from '../../history/ledger.ts';
import type { DroppedMessages } from '../../history/messages/dropped.ts';
import type { UnansweredCalls } from '../../history/messages/unanswered.ts';
import type { Services } from '../../history/services/services.ts';
import { outageDuring, type Outage } from '../outages.ts';
import { meanwhileSwapped } from './blame.ts';
import { readSaturation } from './saturation.ts';

/** Signatures of lines in which a service got no answer of another one, or lost its connection. */
const CONNECTION_LOST: readonly string[] = [
  'database-unreachable',
  'keystone-unavailable',
  'messaging-timeout',
  'amqp-disconnect',
];
/** A connection is given up after some seconds, so the machine's load in this time counts. */
const BEFORE_MS = 10_000;
/** A call without a reply is given up after a minute (oslo.messaging, `rpc_response_timeout`). */
const BEFORE_NO_REPLY_MS = 65_000;

/** The error that kept an operation from its end, if this machine was the reason. */
export type OverloadedWork = (operation: Operation) => LogFinding | undefined;

/**
 * Finds work that an engine left undone because it lost a connection while the lab had too little
 * CPU time. Its log names the operation's request, with such errors alone. Meanwhile no service was
 * stopping, down or starting, no process of an engine ended, and the infrastructure ran. No engine
 * took calls without an answer.
 */
export function readOverloadedWork(
  events: readonly RunEvent[],
  {
    services,
    outages,
    dropped,
    deaths,
    unanswered,
  }: {
    readonly services: Services;
    readonly outages: readonly Outage[];
    readonly dropped: Pick<DroppedMessages, 'of'>;
    readonly deaths: Pick<Deaths, 'all'>;
    readonly unanswered: Pick<UnansweredCalls, 'all'>;
  },
): OverloadedWork {
  const isSaturated = readSaturation(events, new Set(services.lives.map(({ name }) => name)));
  const infrastructure = outages.filter(({ life }) => life === null);
  const errors = Map.groupBy(
    events
      .filter((event) => event.type === 'log-finding')
      .filter((event) => event.severity === 'error' && services.of(event)?.role === 'engine'),
    ({ request }) => request,
  );
  const isMachine = (error: LogFinding): boolean => {
    const isNoReply = error.signature === 'messaging-timeout';
    const time = {
      sentAt: error.at - (isNoReply ? BEFORE_NO_REPLY_MS : BEFORE_MS),
      at: error.at,
    };
    if (isNoReply && unanswered.all.length > 0) return false;
    return (
      CONNECTION_LOST.includes(error.signature) &&
      deaths.all.every(({ at }) => at < time.sentAt || at > time.at) &&
      isSaturated({ from: time.sentAt, to: time.at }) &&
      !meanwhileSwapped(time, services) &&
      outageDuring(infrastructure, time) === undefined
    );
  };
  return ({ request, outcome, settled }) => {
    if (outcome !== 'stuck' && outcome !== 'failed') return undefined;
    if (dropped.of(request).length > 0) return undefined;
    const own = (errors.get(request) ?? []).filter(({ at }) => at <= (settled?.at ?? Infinity));
    return own.every(isMachine) ? own[0] : undefined;
  };
}
