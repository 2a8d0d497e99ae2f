import type { Verdict } from '../verdict/schema/verdict.ts';

/** The topology, and the transport of its services' calls if the topology chooses one. */
export function topologyInWords({
  topology,
  transport,
}: Pick<Verdict, 'topology' | 'transport'>): string {
  // A topology may be named after its transport: 2x2-json-rpc.
  return transport === undefined || topology.includes(transport)
    ? topology
    : `${topology} over ${transport}`;
}
