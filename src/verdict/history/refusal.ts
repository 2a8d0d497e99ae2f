import type { EventOf, RunEvent } from '../../events/event.ts';

/** Signatures of the log scan that begin so: a service was sent an RPC version it does not know. */
const REFUSAL = 'rpc-version-refused';

/** The log lines in which a service refused the RPC version of another, in order of time. */
export function refusalsIn(events: readonly RunEvent[]): readonly EventOf<'log-finding'>[] {
  return events
    .filter((event) => event.type === 'log-finding')
    .filter(({ signature }) => signature.startsWith(REFUSAL))
    .sort((a, b) => a.at - b.at);
}
