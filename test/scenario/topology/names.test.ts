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

type Assignable<From, To> = From extends To ? true : false;

test('to the compiler, the name of a service is not that of a node, nor the reverse', (t) => {
  // Does not compile if one can be assigned to the other.
  const serviceToNode: Assignable<InstanceName, NodeName> = false;
  const nodeToService: Assignable<NodeName, InstanceName> = false;
  t.deepEqual([serviceToNode, nodeToService], [false, false]);
});

test('the name of a service has its node and its service in it, also that of a successor', (t) => {
  const name = successorName(instanceName(ENGINE));
  t.is(name, instanceName(successorOf(ENGINE)));
  t.deepEqual(readInstanceName(name), { node: 'node1', service: 'heat-engine.next' });
});
