import test from 'ava';
import type { LabSummary } from '../../../src/lab/find.ts';
import { ansibleInventory } from '../../../src/lab/inventory.ts';
import { infrastructureLabels, serviceLabels } from '../../../src/lab/labels.ts';

const OLD = { series: '2025.1', version: '24.0.0', image: 'rollgate/heat:2025.1' };
const NEW = { series: '2026.1', version: '26.0.1', image: 'rollgate/heat:2026.1' };

function container(node: string, kind: string, side: 'base' | 'target') {
  const role = kind === 'heat-engine' ? ('engine' as const) : ('api' as const);
  const instance = { node, kind, service: kind, role };
  const release = side === 'base' ? OLD : NEW;
  return {
    id: node,
    image: release.image,
    name: `rollgate-ci-${node}-${kind}`,
    state: 'running',
    labels: serviceLabels(instance, release, { vhost: 'heat', side }),
  };
}

const LAB: LabSummary = {
  name: 'ci',
  containers: [
    container('node2', 'heat-engine', 'base'),
    container('node1', 'heat-api', 'target'),
    {
      id: 'm',
      image: 'rollgate/mysql',
      name: 'rollgate-ci-mysql',
      state: 'running',
      labels: infrastructureLabels('mysql'),
    },
  ],
  subject: 'heat',
  created: undefined,
  owner: 'alive',
  kept: true,
  paused: undefined,
};

test('each service’s container is a host, in groups by service, node and release', (t) => {
  const { _meta, ...groups } = ansibleInventory(LAB);
  t.deepEqual(groups, {
    all: { children: ['base', 'heat_api', 'heat_engine', 'node1', 'node2', 'target'] },
    heat_api: { hosts: ['node1-heat-api'] },
    heat_engine: { hosts: ['node2-heat-engine'] },
    node1: { hosts: ['node1-heat-api'] },
    node2: { hosts: ['node2-heat-engine'] },
    base: { hosts: ['node2-heat-engine'] },
    target: { hosts: ['node1-heat-api'] },
  });
  t.like(_meta.hostvars['node1-heat-api'], {
    ansible_connection: 'rollgate',
    ansible_host: 'rollgate-ci-node1-heat-api',
    rollgate_service: 'node1/heat-api',
    rollgate_version: '26.0.1',
  });
});
