import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { walkSteps } from '../../src/plan/walk.ts';
import { planned } from './planned.ts';

const named = async (input: Parameters<typeof planned>[0]): Promise<readonly string[]> =>
  [...walkSteps(await planned(input))].map(({ id, name }) => `${id} ${name}`);

test('a fault comes before the mixed state, with a time to recover after it', async (t) => {
  const steps = await named({
    choreography: 'none',
    faults: [{ fault: 'stop', on: 'node1/heat-api', seconds: 3, recoverSeconds: 4 }],
  });
  t.deepEqual(steps.slice(2, 5), [
    '2.1 stop heat-api on node1 for 3 s',
    '2.2 let the load run for 4 s',
    '3.1 let the load run for 5 s',
  ]);
});

test('a fault can come before any stage of a roll', async (t) => {
  const steps = await named({
    choreography: 'guide',
    faults: [{ fault: 'pause', on: 'mysql', seconds: 2, before: 'first api' }],
  });
  const fault = steps.findIndex((step) => step.endsWith('freeze mysql for 2 s'));
  t.regex(steps[fault + 2] ?? '', /swap heat-api on node1/);
});

test('faults keep their order, and the other steps keep their numbers', async (t) => {
  t.deepEqual(
    await named({ choreography: 'guide', faults: [] }),
    await named({ choreography: 'guide' }),
  );
  const faults = ['rabbitmq', 'mysql'].map((on) => ({ fault: 'pause' as const, on, seconds: 1 }));
  const steps = await named({ choreography: 'none', faults });
  t.deepEqual(
    steps.filter((step) => step.includes('freeze')).map((step) => step.split(' ')[2]),
    ['rabbitmq', 'mysql'],
  );
});

test('a fault before a missing stage is refused, and the existing ones are listed', async (t) => {
  const faults = [{ fault: 'pause' as const, on: 'mysql', seconds: 1, before: 'later' }];
  const error = await t.throwsAsync(planned({ choreography: 'none', faults }), {
    instanceOf: RollgateError,
  });
  t.is(error.code, 'invalid-plan');
  t.regex(error.hint ?? '', /baseline, mixed, after/);
});

test('a fault on a node affects all its services at once', async (t) => {
  const steps = await named({
    choreography: 'none',
    faults: [
      { fault: 'cut', on: 'node2', seconds: 3, from: ['rabbitmq', 'mysql'] },
      { fault: 'narrow', on: 'node1/heat-engine', seconds: 3, rate: '64kbit' },
    ],
  });
  t.deepEqual(steps.slice(2, 8), [
    '2.1 2 steps side by side',
    '2.1.1 cut heat-api on node2 off from rabbitmq and mysql for 3 s',
    '2.1.2 cut heat-engine on node2 off from rabbitmq and mysql for 3 s',
    '2.2 let the load run for 8 s',
    '2.3 narrow the network of heat-engine on node1 to 64kbit for 3 s',
    '2.4 let the load run for 8 s',
  ]);
});

test('a fault during a swap runs in parallel with it', async (t) => {
  const steps = await named({
    choreography: 'guide',
    faults: [{ fault: 'pause', on: 'mysql', seconds: 2, during: 'node1/heat-api' }],
  });
  const beside = steps.findIndex((step) => step.endsWith('2 steps side by side'));
  t.regex(steps[beside + 1] ?? '', /swap heat-api on node1/);
  t.regex(steps[beside + 2] ?? '', /freeze mysql for 2 s/);
  t.regex(steps[beside + 3] ?? '', /let the load run for 8 s/);
});

test('a fault during a swap that the plan does not contain is refused', async (t) => {
  const error = await t.throwsAsync(
    planned({
      choreography: 'none',
      faults: [{ fault: 'pause', on: 'mysql', seconds: 2, during: 'node1/heat-api' }],
    }),
    { instanceOf: RollgateError },
  );
  t.regex(
    error.message,
    /faults\[0\]\.during: no step of this plan swaps node1\/heat-api by itself/,
  );
});
