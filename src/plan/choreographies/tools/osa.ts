import {
  servicesOf,
  type ServiceInstance,
  type TopologyNode,
} from '../../../scenario/topology/topology.ts';
import { together, type Choreography, type Draft, type DraftStage } from '../../draft.ts';
import { mixedStage } from '../parts/mixed.ts';

/**
 * Between "Disabling haproxy backends" and the restart of the services the role builds a virtual
 * environment. That takes minutes, so requests in flight have ended by then. The role does not
 * check that.
 */
const INSTALLING = { how: 'maintenance', limitSeconds: 60, otherwise: 'continue' } as const;

/**
 * openstack-ansible's Heat playbook (openstack-ansible-plugins, playbooks/heat.yml; before that
 * openstack-ansible, playbooks/os-heat-install.yml): `serial: ['1', '100%']`, so one node, then all
 * the others at once. The APIs of a batch are disabled in HAProxy where there is more than one
 * (`haproxy_state: disabled`, which is maintenance). The services restart, and the APIs are enabled
 * again. The first host moves the schema before its services are restarted (os_heat,
 * tasks/main.yml). The playbook does so for heat_api only and leaves heat-api-cfn in rotation.
 */
export const osa: Choreography = {
  name: 'osa',
  summary: 'openstack-ansible: one node, then the rest, each out of HAProxy and back',
  deployer: 'openstack-ansible',
  stages: ({ topology, apis, baseVhost, mixedSeconds }) => {
    const drained = apis.length > 1;
    const batch = (nodes: readonly TopologyNode[], sync: readonly Draft[]): DraftStage => {
      const services = servicesOf({ nodes });
      const rotated = drained ? services.filter(({ role }) => role === 'api') : [];
      const each = (draft: (target: ServiceInstance) => Draft, of = services): readonly Draft[] =>
        together(of.map(draft));
      return {
        name: nodes.length === 1 ? (nodes[0]?.name ?? '') : 'the other nodes',
        steps: [
          ...each((target) => ({ kind: 'drain', target, ...INSTALLING }), rotated),
          ...sync,
          ...each((target) => ({ kind: 'swap', target, side: 'target', vhost: baseVhost })),
          ...each((target) => ({ kind: 'undrain', target }), rotated),
        ],
      };
    };
    const [first, ...others] = topology.nodes;
    return [
      batch(first === undefined ? [] : [first], [{ kind: 'db-sync', side: 'target' }]),
      ...(others.length > 0 ? [mixedStage(mixedSeconds)] : []),
      batch(others, []),
    ];
  },
};
