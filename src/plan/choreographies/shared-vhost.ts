import type { TopologyNode } from '../../scenario/topology.ts';
import type { Choreography, Draft, DraftStage } from '../draft.ts';

/**
 * Node by node, engine before API, with old and new on the one broker vhost: what a deployer does
 * who skips the guide's new vhost. The mixed state is held when half of the nodes are done.
 */
export const sharedVhost: Choreography = {
  name: 'shared-vhost',
  summary: 'node by node, engine then API, old and new on one broker vhost',
  stages: ({ topology, baseVhost, mixedSeconds }) => {
    const roll = (node: TopologyNode): DraftStage => ({
      name: node.name,
      steps: [
        ...node.services.filter(({ role }) => role === 'engine'),
        ...node.services.filter(({ role }) => role === 'api'),
      ].map((target): Draft => ({ kind: 'swap', target, side: 'target', vhost: baseVhost })),
    });
    const half = Math.floor(topology.nodes.length / 2);
    return [
      { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
      ...topology.nodes.slice(0, half).map(roll),
      { name: 'mixed', steps: half > 0 ? [{ kind: 'hold', seconds: mixedSeconds }] : [] },
      ...topology.nodes.slice(half).map(roll),
    ];
  },
};
