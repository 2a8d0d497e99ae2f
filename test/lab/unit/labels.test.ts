import test from 'ava';
import {
  checkLabName,
  containerName,
  infrastructureLabels,
  labLabels,
  networkLabels,
  readInfrastructureLabel,
  readNetworkLabels,
  readServiceLabels,
  serviceLabels,
} from '../../../src/lab/labels.ts';
import { networkAlias, type ServiceInstance } from '../../../src/scenario/topology/topology.ts';

const ENGINE: ServiceInstance = {
  node: 'node1',
  kind: 'heat-engine',
  service: 'heat-engine.2',
  role: 'engine',
};
const RELEASE = { series: '2025.1', version: '24.0.0', image: 'rollgate/heat:2025.1' };
const PLACED = { vhost: 'heat', side: 'target' } as const;

test('a service’s labels describe it', (t) => {
  const labels = { ...labLabels('lab', 'owner'), ...serviceLabels(ENGINE, RELEASE, PLACED) };
  t.deepEqual(readServiceLabels(labels), {
    instance: ENGINE,
    series: '2025.1',
    version: '24.0.0',
    vhost: 'heat',
    side: 'target',
  });
  t.is(readInfrastructureLabel(labels), undefined);
});

test('infrastructure is no service', (t) => {
  const labels = { ...labLabels('lab', 'owner'), ...infrastructureLabels('mysql') };
  t.is(readServiceLabels(labels), undefined);
  t.is(readInfrastructureLabel(labels), 'mysql');
});

test('labels that others made are no service', (t) => {
  t.is(readServiceLabels({}), undefined);
  const odd = { ...serviceLabels(ENGINE, RELEASE, PLACED), 'rollgate.role': 'conductor' };
  t.is(readServiceLabels(odd), undefined);
});

test('the network’s labels describe the whole lab', (t) => {
  const topology = {
    name: '1x1',
    nodes: [{ name: 'node1', services: [ENGINE] }],
    infrastructure: { rabbitmq: 3 },
  };
  const created = new Date('2026-01-01T12:00:00.000Z');
  t.deepEqual(readNetworkLabels(networkLabels('heat', topology, created)), {
    subject: 'heat',
    topology,
    created,
  });
  t.is(readNetworkLabels(labLabels('lab', 'owner')), undefined);
  for (const text of ['{', '{}', '{"name":"2x2","nodes":[{"name":"node1"}]}']) {
    const labels = networkLabels('heat', topology, created);
    const other = Object.entries(labels).map(([key, value]) => [
      key,
      key.endsWith('topology') ? text : value,
    ]);
    t.is(readNetworkLabels(Object.fromEntries(other)), undefined, text);
  }
});

test('a second service of a kind has its own names, without a dot in the DNS name', (t) => {
  t.is(containerName('lab', ENGINE), 'rollgate-lab-node1-heat-engine.2');
  t.is(networkAlias(ENGINE), 'node1-heat-engine-2');
});

for (const name of ['lab', 'A', '7', 'run-3f_x.y', 'x'.repeat(40)]) {
  test(`${name} can be a lab's name`, (t) => {
    t.notThrows(() => checkLabName(name));
  });
}
for (const name of ['', '-x', '.x', 'a/b', 'a b', 'ä', 'a,b', 'a=b', 'x'.repeat(41), 'x\n']) {
  test(`${JSON.stringify(name)} cannot be a lab's name`, (t) => {
    t.throws(() => checkLabName(name), {
      code: 'invalid-name',
      message: /cannot be a lab's name$/,
    });
  });
}
