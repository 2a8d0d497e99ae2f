import type { ServiceInstance, TopologyNode } from '../../../scenario/topology/topology.ts';
import { together, type Choreography, type Draft } from '../../draft.ts';
import { mixedStage } from '../parts/mixed.ts';

/**
 * Heat's own grenade plugin on two nodes (heat, devstack/upgrade/shutdown.sh and upgrade.sh, its
 * job `grenade-heat-multinode`). Every service of the primary is stopped at once, and the schema is
 * migrated. The services start at the target on a separate vhost (`newvhost`). The second node
 * stays at N while the checks run. The job ends there; here the other nodes then follow, one by
 * one, so that the upgrade is completed. devstack has no load balancer.
 */
export const grenadeMultinode: Choreography = {
  name: 'grenade-multinode',
  summary:
    'upstream’s grenade job: the primary whole to a new vhost, the others at N, then they follow',
  deployer: 'devstack',
  stages: ({ topology, nextVhost, mixedSeconds }) => {
    const stop = (target: ServiceInstance): Draft => ({ kind: 'stop', target });
    const start = (target: ServiceInstance): Draft => ({
      kind: 'start',
      target,
      side: 'target',
      vhost: nextVhost,
    });
    const whole = ({ services }: TopologyNode, between: readonly Draft[]): readonly Draft[] => [
      ...together(services.map(stop)),
      ...between,
      ...together(services.map(start)),
    ];
    const [primary, ...others] = topology.nodes;
    return [
      {
        name: 'primary',
        steps:
          primary === undefined
            ? []
            : whole(primary, [
                { kind: 'db-sync', side: 'target' },
                { kind: 'create-vhost', vhost: nextVhost },
              ]),
      },
      ...(others.length > 0 ? [mixedStage(mixedSeconds)] : []),
      ...others.map((node) => ({ name: node.name, steps: whole(node, []) })),
    ];
  },
};
