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

function findingsOf(
  events: readonly RunEvent[],
  prefix: string,
): readonly EventOf<'log-finding'>[] {
  return events
    .filter((event) => event.type === 'log-finding')
    .filter(({ signature }) => signature.startsWith(prefix))
    .sort((a, b) => a.at - b.at);
}
