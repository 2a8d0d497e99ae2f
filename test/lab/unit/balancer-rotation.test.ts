import test from 'ava';
import type { Balancer, ServerState } from '../../../src/infra/balancer.ts';
import { takeOut } from '../../../src/lab/balancer-rotation.ts';

const API = { node: 'node1', kind: 'heat-api', service: 'heat-api', role: 'api' } as const;
const OPTIONS = { how: 'drain', limitSeconds: 5, signal: new AbortController().signal } as const;

/** A load balancer that reports these states in turn, and remembers what it was asked for. */
function balancerWith(...states: readonly ServerState[]) {
  const asked: string[] = [];
  const left = [...states];
  const balancer: Pick<Balancer, 'servers' | 'setState'> = {
    setState: async (_, state) => void asked.push(state),
    servers: async () => new Map([['node1/heat-api', left.shift() ?? { status: '', sessions: 0 }]]),
  };
  return { balancer, asked };
}

test('an api that a reload of the load balancer put back into rotation is taken out again', async (t) => {
  const { balancer, asked } = balancerWith(
    { status: 'UP 1/3', sessions: 0 },
    { status: 'DRAIN', sessions: 2 },
    { status: 'DRAIN', sessions: 0 },
  );
  await takeOut({ balancer }, API, OPTIONS);
  t.deepEqual(asked, ['drain', 'drain']);
});

test('an api without sessions is out of rotation at once', async (t) => {
  const { balancer, asked } = balancerWith({ status: 'DRAIN', sessions: 0 });
  await takeOut({ balancer }, API, OPTIONS);
  t.deepEqual(asked, ['drain']);
});
