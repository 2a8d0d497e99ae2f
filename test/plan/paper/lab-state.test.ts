import test from 'ava';
import type { Draft } from '../../../src/plan/draft.ts';
import {
  apply,
  inPlaceOf,
  isMixed,
  labAtBase,
  leavesOf,
} from '../../../src/plan/paper/lab-state.ts';
import type { ServiceInstance, Topology } from '../../../src/scenario/topology/topology.ts';

const API: ServiceInstance = { node: 'node1', kind: 'api', service: 'api', role: 'api' };
const ENGINE: ServiceInstance = {
  node: 'node1',
  kind: 'engine',
  service: 'engine',
  role: 'engine',
};
const TOPOLOGY: Topology = { name: 't', nodes: [{ name: 'node1', services: [API, ENGINE] }] };
const BASE = labAtBase(TOPOLOGY, 'old');
const NEXT = { side: 'target', vhost: 'new' } as const;

test('a swap brings a service to a release and a vhost, and does not change the state before it', (t) => {
  const after = apply(BASE, { kind: 'swap', target: ENGINE, ...NEXT });
  t.like(after.running.get('node1/engine'), NEXT);
  t.like(BASE.running.get('node1/engine'), { side: 'base', vhost: 'old' });
  t.true(isMixed(after));
  t.false(isMixed(BASE));
});

test('an engine started beside another replaces it when that one stops', (t) => {
  const beside = apply(BASE, { kind: 'surge', target: ENGINE, ...NEXT });
  t.is(inPlaceOf(beside, 'node1/engine')?.side, 'base');
  const after = apply(beside, { kind: 'stop', target: ENGINE });
  t.is(inPlaceOf(after, 'node1/engine')?.side, 'target');
  t.false(after.running.has('node1/engine'));
  t.true(after.known.has('node1/engine'));
});

test('an api that moves keeps its release', (t) => {
  const after = apply(BASE, { kind: 'move-api', target: API, vhost: 'new' });
  t.like(after.running.get('node1/api'), { side: 'base', vhost: 'new' });
});

test('an api that does not run does not move', (t) => {
  const stopped = apply(BASE, { kind: 'stop', target: API });
  t.is(apply(stopped, { kind: 'move-api', target: API, vhost: 'new' }), stopped);
});

test('a service that reloads its configuration takes the current pin', (t) => {
  const reload: Draft = { kind: 'reload', target: API, vhost: 'old' };
  const pinned = apply(apply(BASE, { kind: 'pin', release: 'old' }), reload);
  t.like(pinned.running.get('node1/api'), { side: 'base', vhost: 'old', pinned: true });
  const unpinned = apply(apply(pinned, { kind: 'unpin' }), reload);
  t.like(unpinned.running.get('node1/api'), { side: 'base', vhost: 'old', pinned: false });
});

test('parallel steps are all carried out', (t) => {
  const together: Draft = {
    kind: 'together',
    steps: [
      { kind: 'db-sync', side: 'target' },
      { kind: 'create-vhost', vhost: 'new' },
      { kind: 'drain', target: API, how: 'drain', limitSeconds: 1, otherwise: 'fail' },
    ],
  };
  const after = apply(BASE, together);
  t.true(after.synced);
  t.deepEqual([...after.vhosts], ['old', 'new']);
  t.deepEqual([...after.drained], ['node1/api']);
  t.is([...leavesOf([together])].length, 3);
  t.deepEqual([...apply(after, { kind: 'undrain', target: API }).drained], []);
});
