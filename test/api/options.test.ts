import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { checkOptions } from '../../src/api/check-options.ts';
import { CALLS } from '../../src/api/options.ts';
import { prepareStart, prepareUpgrade } from '../../src/api/prepare-upgrade.ts';
import { SCENARIO_CALL } from '../../src/api/run-scenario.ts';
import {
  assertVerdict,
  type LabOptions,
  explain,
  judge,
  Lab,
  readRun,
  RollgateError,
  runScenario,
  verdictMatchers,
} from '../../src/index.ts';
import { CHOREOGRAPHIES, choreographyNamed } from '../../src/plan/choreographies/registry.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { badRoll } from '../verdict/runs.ts';

const LAB = { series: '2025.1', topology: '1x1' };

// @ts-expect-error There is no such choreography: the type knows.
const NO_CHOREOGRAPHY: Parameters<typeof Lab.start>[0] = { series: '2025.1', choreography: 'guid' };

test('an error about a wrong value uses the caller’s words and suggests the nearest name', async (t) => {
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

test('no call refuses an option that it takes', (t) => {
  for (const [call, its] of Object.entries({ ...CALLS, runScenario: SCENARIO_CALL })) {
    const needed = { series: '2025.1', to: '2026.1', scenario: 'gentle' };
    for (const key of its.known) {
      const options = { ...pick(needed, its.known), [key]: undefined, ...pick(needed, [key]) };
      t.notThrows(() => checkOptions(call, options, its), `${call}: ${key}`);
    }
  }
});

function pick(from: Readonly<Record<string, string>>, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}

test('a lab is started for a script that is only known when it rolls the lab', async (t) => {
  const { plan } = await prepareStart('Lab.start', { ...LAB, choreography: 'script' });
  const { plan: other } = await prepareStart('Lab.start', LAB);
  t.deepEqual(plan.balancer, other.balancer);
  await t.throwsAsync(
    prepareUpgrade('lab.upgrade', { ...LAB, choreography: 'script' }, { to: '2026.1' }),
    {
      message: /^lab\.upgrade: choreography: script needs the key script/,
    },
  );
});

test('an option that does not exist is refused with the nearest name', async (t) => {
  const misspelt = { ...LAB, choreografy: 'guide' };
  const misspeltRun = { ...LAB, to: '2026.1', seed: 1, sed: 2 };
  const misspeltScenario = { scenario: 'default', dir: '/tmp' };
  await t.throwsAsync(Lab.start(misspelt), {
    code: 'invalid-options',
    message:
      /^Lab\.start: choreografy: unknown option \(did you mean choreography\?\)\nhint: Known options: series, /,
  });
  await t.throwsAsync(Lab.run(misspeltRun), {
    message:
      /^Lab\.run: sed: unknown option \(did you mean seed\?\)\nhint: Known options: series, /,
  });
  await t.throwsAsync(runScenario(misspeltScenario), {
    code: 'invalid-options',
  });
  t.throws(() => checkOptions('lab.upgrade', { to: '2026.1', a: 1, b: 2 }, CALLS['lab.upgrade']), {
    message: /^lab\.upgrade: a: .*\nlab\.upgrade: b: /,
  });
});

test('an invalid scenario is refused before anything starts', async (t) => {
  await t.throwsAsync(runScenario({ scenario: 'defualt' }), { code: 'unknown-scenario' });
  await t.throwsAsync(runScenario({ scenario: 'default', set: { 'load.workload.rate': 'fast' } }), {
    message: /^set: load\.workload\.rate: expected a number/,
  });
});

test('by default an upgrade requires no tag', async (t) => {
  const { plan } = await prepareUpgrade('lab.upgrade', LAB, { to: '2026.1' });
  t.deepEqual(plan.require, []);
  const asked = await prepareUpgrade('lab.upgrade', LAB, {
    to: '2026.1',
    require: ['supports-rolling-upgrade'],
  });
  t.deepEqual(asked.plan.require, ['supports-rolling-upgrade']);
});

test('a function can replace a choreography, and the plan keeps the stages around it', async (t) => {
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

/** Values that a JavaScript program can pass in spite of the types. */
const untyped = (value: unknown): never => value as never;

for (const [what, message, call] of [
  [
    'nothing',
    /^Lab\.start: expected an object with options; found nothing$/m,
    () => Lab.start(untyped(undefined)),
  ],
  [
    'a string',
    /^Lab\.start: expected an object with options; found "2025\.1"$/m,
    () => Lab.start(untyped('2025.1')),
  ],
  [
    'a name that cannot be',
    /^Lab\.start: name: expected up to 40 letters.*; found "A B"$/m,
    () => Lab.start({ ...LAB, name: 'A B' }),
  ],
  [
    'an unknown set-up',
    /^Lab\.start: setup: expected one of all, images, none; found "every"$/m,
    () => Lab.start({ ...LAB, setup: untyped('every') }),
  ],
  [
    'a listener that is none',
    /^Lab\.start: onProgress: expected a function; found true$/m,
    () => Lab.start({ ...LAB, onProgress: untyped(true) }),
  ],
  [
    'a signal that is none',
    /^Lab\.start: signal: expected an AbortSignal; found an object$/m,
    () => Lab.start({ ...LAB, signal: untyped({}) }),
  ],
  [
    'a number as a folder',
    /^Lab\.run: directory: expected the path of a folder; found 5$/m,
    () => Lab.run({ ...LAB, to: '2026.1', directory: untyped(5) }),
  ],
  [
    'a roll that is no function',
    /^Lab\.run: roll: expected a function; found "guide"$/m,
    () => Lab.run({ ...LAB, to: '2026.1', roll: untyped('guide') }),
  ],
  [
    'no scenario',
    /^runScenario: scenario: missing; expected a scenario’s name, the path of/,
    () => runScenario(untyped({})),
  ],
  [
    'a scenario alone',
    /^runScenario: expected an object with options; found "gentle"$/m,
    () => runScenario(untyped('gentle')),
  ],
  [
    'a list of values',
    /^runScenario: set: expected an object; found a list$/m,
    () => runScenario({ scenario: 'gentle', set: untyped(['a']) }),
  ],
  [
    'a release as a number',
    /^Lab\.start: series: expected a release as text, such as '2025\.1'; found 2025\.1$/m,
    () => Lab.start({ series: untyped(2025.1) }),
  ],
  [
    'no release',
    /^Lab\.run: to: missing; expected a release as text, such as '2026\.1'$/m,
    () => Lab.run(untyped({ series: '2025.1' })),
  ],
  [
    'a script as a path',
    /^Lab\.run: script: expected an object such as \{ run: '\.\/roll\.sh' \}; found "\.\/x\.sh"$/m,
    () => Lab.run({ ...LAB, to: '2026.1', script: untyped('./x.sh') }),
  ],
  [
    'a release for a scenario',
    /^runScenario: to: unknown option; write set: \{ target: … \}$/m,
    () => runScenario(untyped({ scenario: 'gentle', to: '2026.1' })),
  ],
  [
    'a roll for a scenario',
    /^runScenario: roll: unknown option; Lab\.run takes it$/m,
    () => runScenario(untyped({ scenario: 'gentle', roll: async () => undefined })),
  ],
  [
    'a scenario for a lab',
    /^Lab\.run: scenario: unknown option; runScenario takes it$/m,
    () => Lab.run(untyped({ ...LAB, to: '2026.1', scenario: 'gentle' })),
  ],
] as const) {
  test(`${what} is refused before anything starts, in the caller’s words`, async (t) => {
    await t.throwsAsync<RollgateError>(call, { code: 'invalid-options', message });
  });
}

test('what a lab is given too late, or too early, is refused with the call that takes it', (t) => {
  t.throws(
    () => checkOptions('lab.upgrade', { to: '2026.1', topology: '1x1' }, CALLS['lab.upgrade']),
    {
      message: 'lab.upgrade: topology: unknown option; Lab.start takes it',
    },
  );
  t.throws(() => checkOptions('Lab.start', { ...LAB, require: [] }, CALLS['Lab.start']), {
    message: 'Lab.start: require: unknown option; lab.upgrade takes it',
  });
  for (const { known, elsewhere } of Object.values(CALLS)) {
    t.deepEqual(
      Object.keys(elsewhere).filter((key) => known.includes(key)),
      [],
    );
  }
});

test('a folder that holds something is refused before a lab starts', async (t) => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, 'mine.txt'), '');
  await t.throwsAsync(Lab.run({ ...LAB, to: '2026.1', directory }), { code: 'run-folder-taken' });
});

test('an AbortSignal of another realm is accepted', (t) => {
  const signal = runInNewContext('({ aborted: false, addEventListener() {} })') as AbortSignal;
  t.notThrows(() => checkOptions('Lab.start', { ...LAB, signal }, CALLS['Lab.start']));
});

test('a lab without a name, a run without a folder and invalid events are refused', async (t) => {
  await t.throwsAsync(Lab.attach(untyped(undefined)), { code: 'invalid-name' });
  await t.throwsAsync(readRun(untyped(undefined)), { code: 'no-run' });
  t.throws(() => judge(untyped(undefined)), { code: 'run-not-started' });
});

test('an assertion on something other than a run names what was given', (t) => {
  const promise = Promise.resolve();
  t.throws(() => assertVerdict(untyped(promise)), {
    code: 'no-verdict',
    message: /found a promise$/m,
  });
  for (const nothing of [undefined, {}, 'x', { verdict: {} }]) {
    t.throws(() => assertVerdict(untyped(nothing)), {
      code: 'no-verdict',
      message: /found no run$/m,
    });
    t.throws(() => explain(untyped(nothing)), { code: 'no-verdict' });
  }
  const matcher = () => verdictMatchers.toProve.call({}, untyped(promise), 'supports-upgrade');
  t.throws(matcher, { code: 'no-verdict' });
  const verdict = judge(badRoll().events);
  t.throws(() => assertVerdict(untyped(verdict)), {
    instanceOf: RollgateError,
    code: 'no-verdict',
  });
  t.notThrows(() => assertVerdict({ verdict }));
});

test('a lab takes those settings of a scenario that apply from its start', async (t) => {
  const lab: LabOptions = {
    series: '2026.1',
    topology: '2x2',
    choreography: 'gentle-in-place',
    deployer: 'kolla-ansible',
    configFor: [{ on: 'node1', config: { DEFAULT: { debug: true } } }],
    infrastructure: { mysql: 'forky' },
    database: { innodb_snapshot_isolation: true },
    databaseDump: 'package.json',
  };
  const { plan } = await prepareUpgrade('lab.upgrade', lab, {
    to: '2026.2',
    configTo: { DEFAULT: { max_resources_per_stack: 100 } },
  });
  t.is(plan.deployer?.name, 'kolla-ansible');
  t.is(plan.balancer.name, 'kolla-ansible');
  t.is(plan.database['innodb_snapshot_isolation'], true);
  t.regex(plan.databaseDump ?? '', /package\.json$/);
  t.deepEqual(
    plan.infrastructure.map(({ service }) => service),
    ['mysql'],
  );
  t.deepEqual(plan.configFor.slice(-2), [
    { on: 'target', config: { DEFAULT: { max_resources_per_stack: 100 } } },
    { on: 'node1', config: { DEFAULT: { debug: true } } },
  ]);
});

test('a lab with a known target starts with its deployer’s settings for that target', async (t) => {
  const lab = { series: '2025.1', topology: '2x2', deployer: 'kolla-ansible' } as const;
  const planOf = async (start: Parameters<typeof prepareUpgrade>[1], to: string) =>
    (await prepareUpgrade('Lab.start', start, { to })).plan;
  const upgrade = await planOf(lab, '2026.1');
  t.deepEqual((await planOf({ ...lab, to: '2026.1' }, '2026.1')).config, upgrade.config);
  t.notDeepEqual((await planOf(lab, '2025.1')).config, upgrade.config);
});

test('an option that a lab cannot start with is refused in the caller’s words', async (t) => {
  const refused = async (options: object, message: RegExp): Promise<void> => {
    await t.throwsAsync(Lab.start({ ...LAB, ...options }), { message });
  };
  await refused(
    { deployer: 'kolla_ansible' },
    /^Lab\.start: deployer: .*did you mean kolla-ansible/,
  );
  await refused(
    { infrastructure: { mysql: 'sarge' } },
    /^Lab\.start: infrastructure\.mysql: .*forky/,
  );
  await refused({ databaseDump: '/nowhere.sql' }, /^Lab\.start: databaseDump: there is no file/);
  await refused(
    { configFor: [{ on: 'node9' }] },
    /^Lab\.start: configFor\[0\]\.on: there is no node9/,
  );
  await refused({ to: '2026.11' }, /^Lab\.start: to: unknown release "2026\.11"/);
  await refused({ configTo: {} }, /^Lab\.start: configTo: unknown option; lab\.upgrade takes it$/m);
  await refused({ goOn: true }, /^Lab\.start: goOn: unknown option; runScenario takes it$/m);
});

test('source for the base is accepted only when a lab starts', async (t) => {
  const overlay = { base: { patches: ['a.patch'] } };
  await t.throwsAsync(prepareUpgrade('lab.upgrade', LAB, { to: '2026.1', overlay }), {
    code: 'started-otherwise',
    message: 'lab.upgrade: overlay.base: the lab runs already',
  });
  const wrong: object = { goOn: 'yes' };
  await t.throwsAsync(runScenario({ scenario: 'default', ...wrong }), {
    message: /^runScenario: goOn: expected true or false; found "yes"\nhint: For example: runSc/,
  });
});
