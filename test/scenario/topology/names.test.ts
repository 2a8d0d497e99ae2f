import test from 'ava';
import {
  instanceName,
  readInstanceName,
  successorName,
  successorOf,
  type InstanceName,
  type NodeName,
} from '../../../src/scenario/topology/topology.ts';

const ENGINE = {
  node: 'node1',
  service: 'heat-engine',
  kind: 'heat-engine',
  role: 'engine',
} as const;

test('the compiler refuses the name of a service as that of a node, and the reverse', (t) => {
  const service: InstanceName = instanceName(ENGINE);
  const node: NodeName = ENGINE.node;
  // @ts-expect-error A service is no node.
  const wrongNode: NodeName = service;
  // @ts-expect-error A node is no service.
  const wrongService: InstanceName = node;
  t.deepEqual([wrongNode, wrongService], ['node1/heat-engine', 'node1']);
});

test('the name of a service has its node and its service in it, also that of a successor', (t) => {
  const name = successorName(instanceName(ENGINE));
  t.is(name, instanceName(successorOf(ENGINE)));
  t.deepEqual(readInstanceName(name), { node: 'node1', service: 'heat-engine.next' });
});
