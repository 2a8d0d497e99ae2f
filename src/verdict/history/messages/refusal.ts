import type { EventOf, RunEvent } from '../../../events/event.ts';

/** Prefix of signatures of the log scan: a service got an RPC version that it does not know. */
const REFUSAL = 'rpc-version-refused';

/** A service read an object with an unknown version, from a message or a record. */
const OBJECT_REFUSAL = 'object-version-refused';

/** The log lines in which a service refused an object of another version, in order of time. */
export function objectRefusalsIn(events: readonly RunEvent[]): readonly EventOf<'log-finding'>[] {
  return events
    .filter((event) => event.type === 'log-finding')
    .filter(({ signature }) => signature.startsWith(OBJECT_REFUSAL))
    .sort((a, b) => a.at - b.at);
}

/** The log lines in which a service refused the RPC version of another, in order of time. */
export function refusalsIn(events: readonly RunEvent[]): readonly EventOf<'log-finding'>[] {
  return events
    .filter((event) => event.type === 'log-finding')
    .filter(({ signature }) => signature.startsWith(REFUSAL))
    .sort((a, b) => a.at - b.at);
}
