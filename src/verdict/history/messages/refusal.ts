import type { EventOf, RunEvent } from '../../../events/event.ts';

/** Prefix of the signatures of a service that got an RPC version that it does not know. */
const REFUSAL = 'rpc-version-refused';

/** The same of a service that read an object with an unknown version, from a message or a record. */
const OBJECT_REFUSAL = 'object-version-refused';

/** The log lines in which a service refused an object of another version, in order of time. */
export function objectRefusalsIn(events: readonly RunEvent[]): readonly EventOf<'log-finding'>[] {
  return findingsOf(events, OBJECT_REFUSAL);
}

/** The log lines in which a service refused the RPC version of another, in order of time. */
export function refusalsIn(events: readonly RunEvent[]): readonly EventOf<'log-finding'>[] {
  return findingsOf(events, REFUSAL);
}

/** The signature of a service whose peer refused its RPC version. */
const PEER_REFUSED = 'rpc-peer-refused';
/** Both sides log it within this time. */
const BOTH_SIDES_MS = 1000;

/**
 * The refusals that a service’s line reports from its own side; none if the line is about something
 * else. The lines name no common message, so the time decides.
 */
export function refusalsBehind(
  { signature, at }: Pick<EventOf<'log-finding'>, 'signature' | 'at'>,
  events: readonly RunEvent[],
): readonly EventOf<'log-finding'>[] {
  if (signature !== PEER_REFUSED) return [];
  return refusalsIn(events).filter((refusal) => Math.abs(refusal.at - at) <= BOTH_SIDES_MS);
}

function findingsOf(
  events: readonly RunEvent[],
  prefix: string,
): readonly EventOf<'log-finding'>[] {
  return events
    .filter((event) => event.type === 'log-finding')
    .filter(({ signature }) => signature.startsWith(prefix))
    .sort((a, b) => a.at - b.at);
}
