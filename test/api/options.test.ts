import test from 'ava';
import { Lab, runScenario } from '../../src/index.ts';
import { KEYS, checkKeys } from '../../src/api/options.ts';
import { prepareUpgrade } from '../../src/api/prepare-upgrade.ts';
import { CHOREOGRAPHIES, choreographyNamed } from '../../src/plan/choreographies/registry.ts';

const LAB = { series: '2025.1', topology: '1x1' };

// @ts-expect-error There is no such choreography: the type knows.
const NO_CHOREOGRAPHY: Parameters<typeof Lab.start>[0] = { series: '2025.1', choreography: 'guid' };

test('a wrong value is told in the caller’s words, with the nearest name', async (t) => {
  await t.throwsAsync(Lab.start({ series: 'nope' }), {
    code: 'invalid-scenario',
    message:
      /^Lab\.start: series: unknown release "nope"; allowed: victoria, zed, 2025\.1, .*git:PATH@REF$/,
  });
  await t.throwsAsync(Lab.start({ ...LAB, topology: '1x9' }), {
    message: /^Lab\.start: topology: /,
  });
  await t.throwsAsync(Lab.start(NO_CHOREOGRAPHY), {
    message: /^Lab\.start: choreography: .*found "guid" \(did you mean guide\?\)/,
  });
  await t.throwsAsync(prepareUpgrade('lab.upgrade', LAB, { to: '2026.11' }), {
    message: /^lab\.upgrade: to: unknown release "2026\.11"/,
  });
  await t.throwsAsync(
    prepareUpgrade(
      'lab.upgrade',
      { ...LAB, serveSeconds: 0 },
      { to: '2026.1', load: { workload: { rate: -1 } } },
    ),
    {
      message:
        /^lab\.upgrade was given 2 problems\nlab\.upgrade: load\.workload\.rate: .*\nlab\.upgrade: serveSeconds: /,
    },
  );
  for (const error of [await t.throwsAsync(Lab.start({ series: 'nope' }))]) {
    t.notRegex(error.message, /scenario: |base|target/);
  }
});

test('an option that does not exist is refused with the nearest name', async (t) => {
  const misspelt = { ...LAB, choreografy: 'guide' };
  const misspeltRun = { ...LAB, to: '2026.1', seed: 1, sed: 2 };
  const misspeltScenario = { scenario: 'default', dir: '/tmp' };
  await t.throwsAsync(Lab.start(misspelt), {
    code: 'invalid-options',
    message: 'Lab.start: choreografy: unknown option (did you mean choreography?)',
  });
  await t.throwsAsync(Lab.run(misspeltRun), {
    message: 'Lab.run: sed: unknown option (did you mean seed?)',
  });
  await t.throwsAsync(runScenario(misspeltScenario), {
    code: 'invalid-options',
  });
  t.throws(() => checkKeys('lab.upgrade', { to: '2026.1', a: 1, b: 2 }, KEYS['lab.upgrade']), {
    message: /^lab\.upgrade: a: .*\nlab\.upgrade: b: /,
  });
});

test('a scenario that is none is told before anything starts', async (t) => {
  await t.throwsAsync(runScenario({ scenario: 'defualt' }), { code: 'unknown-scenario' });
  await t.throwsAsync(runScenario({ scenario: 'default', set: { 'load.workload.rate': 'fast' } }), {
    message: /^set: load\.workload\.rate: load\.workload\.rate: expected a number/,
  });
});

test('an upgrade requires nothing unless it is asked to', async (t) => {
  const { plan } = await prepareUpgrade('lab.upgrade', LAB, { to: '2026.1' });
  t.deepEqual(plan.require, []);
  const asked = await prepareUpgrade('lab.upgrade', LAB, {
    to: '2026.1',
    require: ['supports-rolling-upgrade'],
  });
  t.deepEqual(asked.plan.require, ['supports-rolling-upgrade']);
});

test('a function that rolls takes the place of a choreography, and has its surroundings', async (t) => {
  const roll = async (): Promise<void> => undefined;
  const { plan } = await prepareUpgrade('lab.upgrade', LAB, { to: '2026.1', roll });
  const { plan: guide } = await prepareUpgrade('lab.upgrade', LAB, { to: '2026.1' });
  t.is(plan.choreography, 'roll');
  t.deepEqual(plan.balancer, guide.balancer);
  t.deepEqual(plan.config, guide.config);
  t.deepEqual(
    plan.stages.flatMap(({ steps }) => steps.map(({ kind }) => kind)),
    ['start-load', 'hold', 'script', 'release', 'hold', 'stop-workload', 'settle', 'stop-load'],
  );
});

test('each choreography is registered by its own name', (t) => {
  for (const choreography of CHOREOGRAPHIES) {
    t.is(choreographyNamed(choreography.name), choreography);
  }
});
