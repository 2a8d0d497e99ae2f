import type { Side } from '../../../release/release.ts';
import type { Role, ServiceInstance, TopologyNode } from '../../../scenario/topology/topology.ts';
import type { Draft, DraftStage, Roll } from '../../draft.ts';
import { mixedStage } from './mixed.ts';

/** Brings a service to the target in place. */
export type SwapService = (
  target: ServiceInstance,
  to: { readonly side: Side; readonly vhost: string },
) => readonly Draft[];

const swapAsItIs: SwapService = (target, to) => [{ kind: 'swap', target, ...to }];

/**
 * Every service is swapped in place and on the same vhost, one node after the other. The mixed
 * state is held when half of the nodes are done.
 *
 * @param order The order of a node's services.
 * @param swap How a service is swapped. Default: stopped and started.
 */
export function nodesInTurn(
  { topology, baseVhost, mixedSeconds }: Roll,
  order: readonly Role[],
  swap: SwapService = swapAsItIs,
): readonly DraftStage[] {
  const roll = (node: TopologyNode): DraftStage => ({
    name: node.name,
    steps: order
      .flatMap((role) => node.services.filter((service) => service.role === role))
      .flatMap((target) => swap(target, { side: 'target', vhost: baseVhost })),
  });
  const half = Math.floor(topology.nodes.length / 2);
  return [
    { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
    ...topology.nodes.slice(0, half).map(roll),
    ...(half > 0 ? [mixedStage(mixedSeconds)] : []),
    ...topology.nodes.slice(half).map(roll),
  ];
}
