import type { LogFinding, RunEvent } from '../../../events/event.ts';
import type { Operation } from '../../history/ledger.ts';
import type { DroppedMessages } from '../../history/messages/dropped.ts';
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

/** The error that kept an operation from its end, if this machine was the reason. */
export type OverloadedWork = (operation: Operation) => LogFinding | undefined;

/**
 * Finds work that an engine left undone because it lost a connection while the lab had too little
 * CPU time. Its log names the operation's request, with such errors alone. Meanwhile no service was
 * stopping, down or starting, and the infrastructure ran.
 */
export function readOverloadedWork(
  events: readonly RunEvent[],
  {
    services,
    outages,
    dropped,
  }: {
    readonly services: Services;
    readonly outages: readonly Outage[];
    readonly dropped: Pick<DroppedMessages, 'of'>;
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
    const time = { sentAt: error.at - BEFORE_MS, at: error.at };
    return (
      CONNECTION_LOST.includes(error.signature) &&
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
