import { swapGently } from '../../../plan/choreographies/parts/drained.ts';
import { backlogStays } from '../../../plan/choreographies/parts/gentle-stop.ts';
import { nodesInTurn } from '../../../plan/choreographies/parts/nodes-in-turn.ts';
import type { Choreography, Roll } from '../../../plan/draft.ts';
import type { ServiceInstance } from '../../../scenario/topology/topology.ts';
import { apart } from './apart.ts';

/**
 * rollgate's own. A central accepts calls of its own release and of earlier ones
 * (oslo_messaging/rpc/dispatcher.py, `_is_compatible`), and every service uses its own newest
 * version (designate/central/rpcapi.py). So every central is swapped before the first service that
 * calls it.
 */
export const centralsFirst: Choreography = {
  name: 'centrals-first',
  summary: 'every central, then one node after another: no new service ever calls an old central',
  config: backlogStays,
  stages: (roll) => {
    const swap = (target: ServiceInstance) =>
      swapGently(target, { side: 'target', vhost: roll.baseVhost });
    const [schema, ...nodes] = nodesInTurn(withoutCentrals(roll), ['engine', 'api'], swapGently);
    return [
      ...(schema === undefined ? [] : [schema]),
      { name: 'centrals', steps: apart(roll.engines).centrals.flatMap(swap) },
      ...nodes,
    ];
  },
};

function withoutCentrals(roll: Roll): Roll {
  const nodes = roll.topology.nodes.map((node) => ({
    ...node,
    services: node.services.filter((service) => !apart([service]).centrals.includes(service)),
  }));
  return { ...roll, topology: { ...roll.topology, nodes } };
}
