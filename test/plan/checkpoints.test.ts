import { fileURLToPath } from 'node:url';
import test from 'ava';
import { needsClient } from '../../src/plan/checkpoints/needs-client.ts';
import { withCheckpoints } from '../../src/plan/checkpoints/rewrite.ts';
import type { Draft } from '../../src/plan/draft.ts';
import { walkSteps } from '../../src/plan/walk.ts';
import { checkpointsSchema } from '../../src/scenario/own-files/checkpoint.ts';
import { planned } from './planned.ts';

const burst = { check: 'burst', stacks: 3 } as const;
const everywhere = { before: [burst], 'after-node': [burst], mixed: [burst], after: [burst] };
const names = async (input: Parameters<typeof planned>[0]): Promise<readonly string[]> =>
  [...walkSteps(await planned(input))].map(({ name }) => name);

test('checks come where the services are at the releases that their point requires', async (t) => {
  const steps = await names({ checkpoints: everywhere });
  const before = (name: RegExp): string | undefined =>
    steps[steps.findIndex((s) => name.test(s)) - 1];
  t.is(before(/before the upgrade/), 'let the load run for 12 s');
  t.regex(before(/after node1/) ?? '', /swap heat-api on node1/);
  t.regex(
    before(/in the mixed state/) ?? '',
    /^let the load run for 5 s, and until old and new services/,
  );
  t.regex(before(/after node2/) ?? '', /swap heat-engine on node2/);
  t.regex(before(/after the upgrade/) ?? '', /after node2/);
});

test('if all nodes come up at once, they have one checkpoint', async (t) => {
  const steps = await names({ choreography: 'cold', checkpoints: { 'after-node': [burst] } });
  t.deepEqual(
    steps.filter((name) => name.startsWith('check')),
    ['check after node1, node2: burst of 3'],
  );
});

test('a point that the plan never reaches is an error with a remedy', async (t) => {
  const error = await t.throwsAsync(
    planned({ choreography: 'cold', checkpoints: { mixed: [burst] } }),
    { message: 'the plan has no checkpoint mixed: base and target never run side by side in it' },
  );
  t.regex(String(Reflect.get(error, 'hint')), /choose another choreography/);
  await t.throwsAsync(planned({ checkpoints: { 'after-rollback': [burst] } }), {
    message: /brings no service back to the base/,
  });
});

test('a rollback ends with the last service that is brought back', async (t) => {
  const { topology } = await planned();
  const swap = (index: number, side: 'base' | 'target'): Draft => {
    const target = topology.nodes[index]?.services[0];
    if (target === undefined) throw new Error('no such node');
    return { kind: 'swap', target, side, vhost: 'heat' };
  };
  const steps = [swap(0, 'target'), swap(1, 'target'), swap(0, 'base'), swap(1, 'base')];
  const checkpoints = checkpointsSchema.parse({ 'after-rollback': [burst] });
  const stages = withCheckpoints([{ name: 'there and back', steps }], checkpoints, topology);
  t.deepEqual(
    stages[0]?.steps.map(({ kind }) => kind),
    ['swap', 'swap', 'swap', 'swap', 'check'],
  );
});

test('each of grenade’s phases is a step, and it needs the client', async (t) => {
  const resources = fileURLToPath(new URL('../../lab/grenade/heat/resources.sh', import.meta.url));
  const plan = await planned({
    checkpoints: { before: [{ check: 'grenade', resources, phases: ['create', 'verify'] }] },
  });
  t.deepEqual(
    [...walkSteps(plan)].filter(({ kind }) => kind === 'check').map(({ name }) => name),
    [
      "check before the upgrade: grenade's create by resources.sh",
      "check before the upgrade: grenade's verify by resources.sh",
    ],
  );
  t.true(needsClient(plan));
  t.false(needsClient(await planned({ checkpoints: everywhere })));
});

test('a surged engine counts as present once the old engine has gone', async (t) => {
  const steps = await names({ choreography: 'gentle', checkpoints: { 'after-node': [burst] } });
  const check = steps.indexOf('check after node1, node2: burst of 3');
  t.is(steps[check - 1], 'stop heat-engine on node2');
});

test('a node is not done while its api is out of rotation', async (t) => {
  const steps = await names({ choreography: 'osa', checkpoints: { 'after-node': [burst] } });
  const check = steps.indexOf('check after node1: burst of 3');
  t.regex(steps[check - 1] ?? '', /put heat-api on node1 back into rotation/);
});
