import test from 'ava';
import { carryOutFault, type FaultStep } from '../../../src/run/faults/fault.ts';

/** What is done to a lab and what is told of it, in order. */
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

test('a fault is told before it is done: what it brings about is no surprise then', async (t) => {
  const around = (...deeds: readonly string[]) => ['fault-began', ...deeds, 'fault-ended'];
  t.deepEqual(await order({ ...on, fault: 'kill' }), around('kill', 'start', 'follow'));
  t.deepEqual(await order({ ...on, fault: 'stop' }), around('stop', 'start', 'follow'));
  t.deepEqual(await order({ ...on, fault: 'pause' }), around('pause', 'unpause'));
});
