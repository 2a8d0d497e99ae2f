import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { loadScenario, makeScenario } from '../../src/scenario/read-scenario.ts';
import { folderWith, load, problemsOf } from './scenario-file.ts';
import { vocabulary } from './vocabulary.ts';

const MINIMAL = 'name: s\nbase: 2025.1\ntarget: 2026.1\n';

test('a minimal scenario is filled with the defaults', async (t) => {
  const { scenario, topology } = await load(t, MINIMAL);
  t.deepEqual(scenario, {
    name: 's',
    subject: 'heat',
    base: { kind: 'series', series: '2025.1' },
    target: { kind: 'series', series: '2026.1' },
    topology: '2x2',
    choreography: 'guide',
    load: {
      probes: [
        { probe: 'version', connection: 'new', rate: 1 },
        { probe: 'version', connection: 'reused', rate: 1 },
        { probe: 'list', connection: 'new', rate: 1 },
        { probe: 'list', connection: 'reused', rate: 1 },
        { probe: 'show', connection: 'new', rate: 0.5 },
        { probe: 'show', connection: 'reused', rate: 0.5 },
        { probe: 'preview', connection: 'new', rate: 0.25 },
        { probe: 'preview', connection: 'reused', rate: 0.25 },
        { probe: 'other-project', connection: 'new', rate: 0.25 },
        { probe: 'other-project', connection: 'reused', rate: 0.25 },
      ],
      workload: { rate: 0.2, chain: 3, actionSeconds: 1.5 },
      calls: true,
      stuckAfterSeconds: 20,
      reviveSeconds: 0,
    },
    durations: {
      baselineSeconds: 12,
      mixedSeconds: 5,
      afterSeconds: 3,
      stopAtEndSeconds: 0,
      serveSeconds: 120,
      migrateSeconds: 300,
    },
    config: {},
    configTo: {},
    infrastructure: {},
    database: {},
    configFor: [],
    overlay: { base: { patches: [], with: {} }, target: { patches: [], with: {} } },
    faults: [],
    checkpoints: { before: [], 'after-node': [], mixed: [], after: [], 'after-rollback': [] },
    rules: [],
    thresholds: {},
    require: ['supports-zero-downtime-upgrade'],
  });
  t.deepEqual(
    topology.nodes.map(({ name }) => name),
    ['node1', 'node2'],
  );
});

test('a given part keeps the defaults of its other keys', async (t) => {
  const { scenario } = await load(t, `${MINIMAL}load: {workload: {chain: 9}}\n`);
  t.deepEqual(scenario.load.workload, { rate: 0.2, chain: 9, actionSeconds: 1.5 });
  t.is(scenario.load.probes.length, 10);
});

test('a series is text, although YAML reads a number: 2025.10 is not 2025.1', async (t) => {
  t.deepEqual(await problemsOf(t, 'name: s\nbase: 2025.10\ntarget: 2026.1\n'), [
    's.yaml:2:7: base: unknown release "2025.10" (did you mean 2025.1?); allowed: 2025.1, 2026.1, 2026.2, image:REF, dir:PATH, git:PATH@REF',
  ]);
});

test('an image and a directory are releases too', async (t) => {
  const text = 'name: s\nbase: image:registry/heat:x\ntarget: dir:/src/heat\n';
  const { scenario } = await load(t, text);
  t.deepEqual(scenario.base, { kind: 'image', image: 'registry/heat:x' });
  t.deepEqual(scenario.target, { kind: 'dir', path: '/src/heat' });
});

test('a scenario’s seed is kept, an absent one is drawn', async (t) => {
  const given = await load(t, `${MINIMAL}seed: 7\n`);
  t.like(given, { seed: 7, seedDrawn: false });
  const drawn = await load(t, MINIMAL, { random: () => 0.25 });
  t.like(drawn, { seed: 2 ** 30, seedDrawn: true });
});

test('an explicit requirement is distinguished from the default', async (t) => {
  t.true((await load(t, MINIMAL)).requireIsDefault);
  t.false((await load(t, `${MINIMAL}require: []\n`)).requireIsDefault);
});

test('every problem is reported with its place, its path, the value found and the values allowed', async (t) => {
  const text = `name: s
base: 2025.1
target: 2031.1
coreography: guide
choreography: guid
load:
  workload: {rate: fast, chian: 3, kinds: [held]}
  probes:
    - {probe: lst, connection: new, rate: -1}
require: [supports-upgrade, zero]
seed: 1.5
`;
  t.deepEqual(await problemsOf(t, text), [
    'the scenario has 10 problems',
    's.yaml:3:9: target: unknown release "2031.1"; allowed: 2025.1, 2026.1, 2026.2, image:REF, dir:PATH, git:PATH@REF',
    's.yaml:4:1: coreography: unknown key (did you mean choreography?); known keys: name, description, subject, base, target, topology, choreography, deployer, script, seed, load, durations, config, configTo, infrastructure, database, databaseDump, configFor, overlay, faults, checkpoints, rules, thresholds, require',
    `s.yaml:5:15: choreography: expected one of ${vocabulary.choreographies.join(', ')}; found "guid" (did you mean guide?)`,
    's.yaml:7:20: load.workload.rate: expected a number; found "fast"',
    's.yaml:7:26: load.workload.chian: unknown key (did you mean chain?); known keys: rate, chain, actionSeconds, kinds, customKinds, restAtStops',
    's.yaml:7:44: load.workload.kinds[0]: expected one of hold, nested, suspend, replace, quick, signal, snapshot, long, check, in-place, restore, unhealthy, overtake, overtake-delete, given-up, given-up-later, fails, rolls-back, fails-later, stop, abandon, reshape, hooked, cancel, healed, resumed, snapped, restored, check-fails, configured; found "held" (did you mean hold?)',
    's.yaml:9:15: load.probes[0].probe: expected one of version, list, show, preview, other-project; found "lst" (did you mean list?)',
    's.yaml:9:43: load.probes[0].rate: expected more than 0; found -1',
    's.yaml:10:29: require[1]: expected one of supports-upgrade, supports-accessible-upgrade, supports-rolling-upgrade, supports-zero-downtime-upgrade, supports-zero-impact-upgrade; found "zero"',
    's.yaml:11:7: seed: expected a whole number; found 1.5',
  ]);
});

test('the place of an error is that of its first problem', async (t) => {
  const error = await t.throwsAsync(load(t, `${MINIMAL}\nfoo: 1\nbar: 2\n`), {
    instanceOf: RollgateError,
  });
  t.like(error.place, { line: 5, column: 1 });
});

test('a missing key is reported at the place where it should be', async (t) => {
  t.deepEqual(await problemsOf(t, 'name: s\ntarget: 2026.1\n'), [
    's.yaml:1:1: base: missing; expected text',
  ]);
});

test('a second probe of the same name is a problem', async (t) => {
  const text = `${MINIMAL}load:
  probes:
    - {probe: list, connection: new, rate: 1}
    - {probe: list, connection: reused, rate: 1}
    - {probe: list, connection: new, rate: 2}
`;
  t.deepEqual(await problemsOf(t, text), [
    's.yaml:8:7: load.probes[2]: there is a probe list/new already; raise its rate',
  ]);
});

test('text that is not YAML is reported with every place', async (t) => {
  const [first, ...rest] = await problemsOf(t, 'a: [1\nb: }\na: 2\n');
  t.is(first, 'not valid YAML');
  t.regex(rest[0] ?? '', /^s\.yaml:2:1: /);
});

test('a duplicate key is an error', async (t) => {
  const problems = await problemsOf(t, `${MINIMAL}name: again\n`);
  t.regex(problems[1] ?? '', /^s\.yaml:4:1: the key name appears twice/);
});

test('an empty file is no scenario', async (t) => {
  t.deepEqual(await problemsOf(t, ''), ['s.yaml:1:1: expected a mapping; found nothing']);
});

test('a topology is found by name, by a path from the scenario file, or in the scenario', async (t) => {
  const topology = 'name: mine\nnodes:\n  - {name: a, services: [heat-api, heat-engine]}\n';
  const directory = await folderWith(t, {
    's.yaml': `${MINIMAL}topology: ./mine.yaml\n`,
    'mine.yaml': topology,
  });
  const context = { vocabulary, random: () => 0 };
  const byPath = await loadScenario(join(directory, 's.yaml'), context);
  const inline = await load(
    t,
    `${MINIMAL}topology: {name: mine, nodes: [{name: a, services: [heat-api, heat-engine]}]}\n`,
  );
  t.deepEqual(byPath.topology, inline.topology);
  const byName = await load(t, `${MINIMAL}topology: 3x3\n`);
  t.is(byName.topology.nodes.length, 3);
});

test('an error about an unknown topology lists the known ones, beside the other problems', async (t) => {
  t.deepEqual(await problemsOf(t, `${MINIMAL}foo: 1\ntopology: 2x3\n`), [
    'the scenario has 2 problems',
    's.yaml:4:1: foo: unknown key; known keys: name, description, subject, base, target, topology, choreography, deployer, script, seed, load, durations, config, configTo, infrastructure, database, databaseDump, configFor, overlay, faults, checkpoints, rules, thresholds, require',
    's.yaml:5:11: topology: unknown topology "2x3" (did you mean 2x2?). Name one of 1x1, 2x2, 2x2-cfn, 2x2-keystone2, 2x2-memcached, 2x2-mysql3, 2x2-rabbitmq3, 2x2-tls, 3x3, or give the path of a YAML file.',
  ]);
});

test('a topology’s problems are reported with their places, in its own file too', async (t) => {
  const inline = `${MINIMAL}topology:
  name: mine
  nodes:
    - name: a
      services: [heat-api, heat-engin]
    - name: a
      services: [{name: heat-engine, cuont: 2}]
`;
  t.deepEqual(await problemsOf(t, inline), [
    'the scenario has 3 problems',
    's.yaml:8:28: topology.nodes[0].services[1]: heat has no service "heat-engin" (did you mean heat-engine?); its services: heat-api, heat-api-cfn, heat-engine',
    's.yaml:9:13: topology.nodes[1].name: there is a node a already; names of nodes have to differ',
    's.yaml:10:38: topology.nodes[1].services[0].cuont: unknown key (did you mean count?); known keys: name, count',
  ]);

  const directory = await folderWith(t, {
    's.yaml': `${MINIMAL}topology: mine.yaml\n`,
    'mine.yaml': 'name: mine\nnodes:\n  - {name: a, services: [heat-api]}\n',
  });
  const error = await t.throwsAsync(
    loadScenario(join(directory, 's.yaml'), { vocabulary, random: () => 0 }),
    { instanceOf: RollgateError },
  );
  t.is(
    error.message,
    `${directory}/mine.yaml:3:3: nodes: no node runs heat-engine; at least one has to`,
  );
});

test('a file with several problems is named with its kind', async (t) => {
  const directory = await folderWith(t, {
    's.yaml': `${MINIMAL}topology: mine.yaml\n`,
    'mine.yaml': 'name: mine\nnodes:\n  - {name: a, services: [heat-apo, heat-engin]}\n',
  });
  await t.throwsAsync(loadScenario(join(directory, 's.yaml'), { vocabulary, random: () => 0 }), {
    code: 'invalid-scenario',
    message: /^the topology has 2 problems\n/,
  });
});

test('what knows no certificate is refused in a lab with TLS', async (t) => {
  const text = `${MINIMAL}topology: 2x2-tls
load: { agent: true }
checkpoints: { mixed: [{ check: tempest }] }
`;
  const [, ...problems] = await problemsOf(t, text);
  t.deepEqual(
    problems.map((line) => line.replace(/^\S+ /, '')),
    [
      'load.agent: the agent cannot use TLS; leave it out',
      'checkpoints.mixed[0].check: tempest cannot use TLS; leave it out',
    ],
  );
});

test('an option overrides the file', async (t) => {
  const overrides = [
    { option: '--to', path: ['target'], value: '2026.2' },
    { option: '--set load.workload.rate', path: ['load', 'workload', 'rate'], value: 2 },
  ];
  const { scenario } = await load(t, `${MINIMAL}load: {workload: {chain: 9}}\n`, { overrides });
  t.deepEqual(scenario.target, { kind: 'series', series: '2026.2' });
  t.deepEqual(scenario.load.workload, { rate: 2, chain: 9, actionSeconds: 1.5 });
});

test('a problem of an option names the option and no line', async (t) => {
  const overrides = [
    { option: '--to', path: ['target'], value: '2027.1' },
    { option: '--topology', path: ['topology'], value: '9x9' },
    { option: '--set load.workload.rat', path: ['load', 'workload', 'rat'], value: 2 },
    { option: '--set load.probes.0.rate', path: ['load', 'probes', 0, 'rate'], value: 0 },
  ];
  const problems = await problemsOf(t, `${MINIMAL}foo: 1\n`, { overrides });
  t.deepEqual(
    problems.map((line) => line.split(';')[0]),
    [
      'the scenario has 7 problems',
      '--to: unknown release "2027.1"',
      '--set load.probes.0.rate: load.probes[0].probe: missing',
      '--set load.probes.0.rate: load.probes[0].connection: missing',
      '--set load.probes.0.rate: expected more than 0',
      '--set load.workload.rat: unknown key (did you mean rate?)',
      '--topology: unknown topology "9x9". Name one of 1x1, 2x2, 2x2-cfn, 2x2-keystone2, 2x2-memcached, 2x2-mysql3, 2x2-rabbitmq3, 2x2-tls, 3x3, or give the path of a YAML file.',
      's.yaml:4:1: foo: unknown key',
    ],
  );
});

test('an error about an unknown scenario lists the known ones', async (t) => {
  const error = await t.throwsAsync(loadScenario('defualt', { vocabulary, random: () => 0 }), {
    instanceOf: RollgateError,
  });
  t.is(error.code, 'unknown-scenario');
  t.is(error.message, 'unknown scenario "defualt" (did you mean default?)');
  const known = (await readdir('lab/scenarios')).map((file) => basename(file, '.yaml')).toSorted();
  t.true(known.includes('default'));
  t.is(error.hint, `Name one of ${known.join(', ')}, or give the path of a YAML file.`);
});

test('an error about a missing file names the file beside it that was probably meant', async (t) => {
  const folder = await folderWith(t, { 'upgrade.yaml': MINIMAL, 'e.yaml': '', 'notes.txt': '' });
  const missing = (name: string) =>
    t.throwsAsync(loadScenario(join(folder, name), { vocabulary, random: () => 0 }));
  t.regex((await missing('upgrade.yml')).message, /upgrade\.yml \(did you mean upgrade\.yaml\?\)$/);
  // The ending makes no name alike.
  t.regex((await missing('none.yaml')).message, /no scenario file \S+none\.yaml$/);
  t.regex((await missing('notes.yaml')).message, /no scenario file \S+notes\.yaml$/);
  t.regex((await missing('nowhere/upgrade.yaml')).message, /no scenario file \S+upgrade\.yaml$/);
});

test('a program can pass a scenario without a file', async (t) => {
  const context = { vocabulary, random: () => 0 };
  const made = await makeScenario({ name: 's', base: '2025.1', target: '2026.1' }, context);
  const loaded = await load(t, MINIMAL, { random: () => 0 });
  const { placeOf, ...read } = loaded;
  t.deepEqual({ ...made, placeOf }, { ...read, placeOf });
  t.is(made.placeOf(['seed']), 'scenario: seed');
  const error = await t.throwsAsync(
    makeScenario({ name: 's', base: '2025.1', target: 'x' }, context),
  );
  t.regex(error.message, /^scenario: target: unknown release "x"/);
});

test('the path of a dump is relative to the scenario’s file, and the dump has to exist', async (t) => {
  const text = 'name: s\nbase: 2025.1\ntarget: 2026.1\ndatabaseDump: stacks.sql.gz\n';
  const [problem] = await problemsOf(t, text);
  t.regex(problem ?? '', /^s\.yaml:4:15: databaseDump: there is no file .*\/stacks\.sql\.gz$/);
  const { scenario } = await load(t, text.replace('stacks.sql.gz', 's.yaml'));
  t.regex(scenario.databaseDump ?? '', /^\/.*\/s\.yaml$/);
});
