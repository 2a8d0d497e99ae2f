import type { Role, TopologyNode } from '../../scenario/topology/topology.ts';
import type { Draft, DraftStage, Roll } from '../draft.ts';
import { mixedStage } from './parts/mixed.ts';

/**
 * Every service swapped where it is and on the vhost that there is, a node after the other; the
 * mixed state is held when half of the nodes are done.
 *
 * @param order Of the services of a node.
 */
export function nodeByNode(
  { topology, baseVhost, mixedSeconds }: Roll,
  order: readonly Role[],
): readonly DraftStage[] {
  const roll = (node: TopologyNode): DraftStage => ({
    name: node.name,
    steps: order
      .flatMap((role) => node.services.filter((service) => service.role === role))
      .map((target): Draft => ({ kind: 'swap', target, side: 'target', vhost: baseVhost })),
  });
  const half = Math.floor(topology.nodes.length / 2);
  return [
    { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
    ...topology.nodes.slice(0, half).map(roll),
    ...(half > 0 ? [mixedStage(mixedSeconds)] : []),
    ...topology.nodes.slice(half).map(roll),
  ];
}
