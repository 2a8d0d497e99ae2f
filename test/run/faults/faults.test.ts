import test from 'ava';
import { serviceLabels } from '../../../src/lab/labels.ts';
import { carryOutFault, type FaultStep } from '../../../src/run/faults/fault.ts';

/** The actions on a lab and the events about it, in order. */
async function order(step: FaultStep): Promise<readonly string[]> {
  const seen: string[] = [];
  const does = (name: string) => async () => void seen.push(name);
  await carryOutFault(step, {
    lab: {
      infrastructure: (service: string) => service,
      engine: {
        kill: does('kill'),
        stop: does('stop'),
        startAgain: does('start'),
        pause: does('pause'),
        unpause: does('unpause'),
      },
    },
    watch: { followInfrastructure: does('follow') },
    emit: ({ type }: { readonly type: string }) => seen.push(type),
    now: () => 0,
    signal: new AbortController().signal,
  } as never);
  return seen;
}

const on = { kind: 'fault', id: '2.1', infrastructure: 'mysql', seconds: 0 } as const;

test('a fault’s event comes before the fault, so that its effect is expected', async (t) => {
  const around = (...deeds: readonly string[]) => ['fault-began', ...deeds, 'fault-ended'];
  t.deepEqual(await order({ ...on, fault: 'kill' }), around('kill', 'start', 'follow'));
  t.deepEqual(await order({ ...on, fault: 'stop' }), around('stop', 'start', 'follow'));
  t.deepEqual(await order({ ...on, fault: 'pause' }), around('pause', 'unpause'));
});

test('a fault that stops a service gives it the same time as a swap does', async (t) => {
  const target = { node: 'node1', service: 'api', kind: 'api', role: 'api' } as const;
  const release = { series: '2025.1', version: '24.0.0', image: 'heat:2025.1' };
  const container = {
    name: 'c',
    image: release.image,
    labels: serviceLabels(target, release, { vhost: 'v', side: 'base' }),
  };
  for (const stopSeconds of [7, undefined]) {
    const graces: unknown[] = [];
    const end = new Error('it was asked to stop');
    const carriedOut = carryOutFault(
      { kind: 'fault', id: '2.1', fault: 'stop', target, seconds: 0 },
      {
        plan: { stopSeconds, base: release, target: release },
        lab: {
          name: 'lab',
          container: () => 'c',
          engine: { find: async () => ({ containers: [container] }) },
          subject: { diagnosis: () => undefined },
          stopService: async (_target: unknown, _signal: unknown, grace: unknown) => {
            graces.push(grace);
            throw end;
          },
        },
        emit: () => undefined,
        now: () => 0,
        signal: new AbortController().signal,
      } as never,
    );
    await t.throwsAsync(carriedOut, { is: end });
    t.deepEqual(graces, [stopSeconds]);
  }
});

test('an unplugged server comes back under all its names, and its fault says which address was gone', async (t) => {
  const seen: unknown[] = [];
  await carryOutFault({ ...on, fault: 'unplug', infrastructure: 'memcached-2' }, {
    lab: {
      name: 'l',
      infrastructure: (server: string) => server,
      engine: {
        unplug: async (...what: readonly unknown[]) => {
          seen.push(['unplug', ...what]);
          return { address: '172.18.0.9', aliases: ['memcached-2', 'cache'] };
        },
        plugIn: async (...what: readonly unknown[]) => void seen.push(['plug in', ...what]),
      },
    },
    emit: ({ effect }: { readonly effect?: { readonly text: string } }) => seen.push(effect?.text),
    now: () => 0,
    signal: new AbortController().signal,
  } as never);
  t.deepEqual(seen, [
    undefined,
    ['unplug', 'memcached-2', 'rollgate-l'],
    ['plug in', 'memcached-2', 'rollgate-l', ['memcached-2', 'cache']],
    'its address 172.18.0.9 and its name were gone',
  ]);
});
