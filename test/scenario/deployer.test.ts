import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { parse, stringify } from 'yaml';
import type { Override } from '../../src/document/overrides.ts';
import { CHOREOGRAPHIES } from '../../src/plan/choreographies/registry.ts';
import { loadCatalogue } from '../../src/release/catalogue.ts';
import { preparePlan } from '../../src/runs/prepare.ts';
import { configOf } from '../../src/scenario/config.ts';
import { parseDeployer, settingsOf } from '../../src/scenario/deployer/profile.ts';
import { loadDeployers } from '../../src/scenario/deployer/shipped.ts';
import { scenarioInput } from '../../src/scenario/write-scenario.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const GOOD = `
name: some-deployer
subject: heat
summary: a deployer
read:
  "2025.1": { repository: 0123abc }
  "2026.1": { repository: 4567def }
settings:
  - from: repository heat.conf
    config: { oslo_messaging_rabbit: { use_queue_manager: true } }
  - from: repository defaults.yml
    until: "2025.1"
    config: { oslo_messaging_rabbit: { rabbit_qos_prefetch_count: 1 } }
  - from: repository defaults.yml
    since: "2026.1"
    config: { oslo_messaging_rabbit: { rabbit_qos_prefetch_count: 50 } }
notCarried: [TLS]
unread: []
`;

function problemsOf(text: string): string {
  try {
    parseDeployer(text, 'some.yaml', heatShape);
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error';
  }
}

test('every shipped profile is valid, and names a choreography that accepts it', async (t) => {
  const profiles = await loadDeployers(heatShape);
  t.true(profiles.length >= 6);
  for (const { name, choreography } of profiles.filter((one) => one.choreography)) {
    const own = CHOREOGRAPHIES.filter(({ deployer }) => deployer === name);
    t.true(
      own.some((one) => one.name === choreography),
      name,
    );
  }
  const known = profiles.map(({ name }) => name);
  for (const { deployer } of CHOREOGRAPHIES) {
    t.true(deployer === undefined || known.includes(deployer));
  }
});

test('a setting applies from one release of the deployer to another', (t) => {
  const profile = parseDeployer(GOOD, 'some.yaml', heatShape);
  const prefetch = (release: string): readonly unknown[] =>
    settingsOf(profile, release).flatMap(
      ({ config }) => config?.['oslo_messaging_rabbit']?.['rabbit_qos_prefetch_count'] ?? [],
    );
  t.deepEqual([prefetch('2025.1'), prefetch('2026.1')], [[1], [50]]);
});

test('a value without a checked source is refused, with its place', (t) => {
  t.is(
    problemsOf(GOOD.replace('from: repository heat.conf', 'from: elsewhere heat.conf')),
    'some.yaml:9:11: settings[0].from: no commit was read of the repository of elsewhere heat.conf',
  );
});

test('an option that a release has twice, an unknown service and an unknown key are refused', (t) => {
  t.regex(
    problemsOf(GOOD.replace('    since: "2026.1"\n', '')),
    /2025\.1 has oslo_messaging_rabbit\.rabbit_qos_prefetch_count on all twice/,
  );
  t.regex(
    problemsOf(GOOD.replace('    until:', '    on: heat-engin\n    until:')),
    /there is no heat-engin.*did you mean heat-engine\?/,
  );
  t.regex(problemsOf(GOOD.replace('notCarried', 'notCaried')), /unknown key.*notCarried/);
});

test('a setting that sets nothing, or that no release has, is refused', (t) => {
  t.regex(
    problemsOf(
      GOOD.replace('    config: { oslo_messaging_rabbit: { use_queue_manager: true } }\n', ''),
    ),
    /it sets nothing/,
  );
  t.regex(
    problemsOf(GOOD.replace('since: "2026.1"', 'since: "2027.1"')),
    /no release that was read has it/,
  );
});

/** A user's own profile, with only the given settings. */
const OWN = `
name: our-cloud
settings:
  - config: { DEFAULT: { num_engine_workers: { perVcpu: 2 } } }
  - until: "2025.1"
    config: { oslo_messaging_rabbit: { rabbit_qos_prefetch_count: 1 } }
  - since: "2026.1"
    config: { oslo_messaging_rabbit: { rabbit_qos_prefetch_count: 50 } }
  - stopSeconds: 45
`;

/** A folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const scenarioText = (deployer: string): string =>
  `name: s\nbase: "2025.1"\ntarget: "2026.1"\nrequire: []\ndeployer: ${deployer}\n`;

async function preparedIn(folder: string, overrides: readonly Override[] = []) {
  const catalogue = await loadCatalogue();
  return preparePlan({
    scenario: join(folder, 'scenarios/s.yaml'),
    shape: heatShape,
    catalogue,
    overrides,
    cwd: folder,
    random: () => 0,
  });
}

test('a custom profile is named by its path, relative to the scenario’s file', async (t) => {
  const folder = folderWith({
    'scenarios/s.yaml': scenarioText('{ name: ../profiles/mine.yaml, vcpus: 3 }'),
    'profiles/mine.yaml': OWN,
  });
  const { plan } = await preparedIn(folder);
  t.like(plan.deployer, { name: 'our-cloud', vcpus: 3 });
  t.deepEqual(plan.deployer?.releases, { base: '2025.1', target: '2026.1' });
  t.is(plan.stopSeconds, 45);
  t.deepEqual(plan.config['DEFAULT'], { num_engine_workers: 6 });
  const prefetch = (side: 'base' | 'target') =>
    configOf(plan.config, plan.configFor, { side })['oslo_messaging_rabbit'];
  t.deepEqual(prefetch('base'), { rabbit_qos_prefetch_count: 1 });
  t.deepEqual(prefetch('target'), { rabbit_qos_prefetch_count: 50 });
});

test('the example of the documentation is a valid profile', async (t) => {
  const page = readFileSync(new URL('../../docs/deployers.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
  const folder = folderWith({
    'scenarios/s.yaml': scenarioText('./our-cloud.yaml'),
    'scenarios/our-cloud.yaml': example,
  });
  const { plan } = await preparedIn(folder);
  t.is(plan.deployer?.name, 'our-cloud');
});

test('a path on the command line is relative to the working directory', async (t) => {
  const folder = folderWith({
    'scenarios/s.yaml': scenarioText('rollgate'),
    'mine.yaml': OWN,
  });
  const override = { option: '--deployer', path: ['deployer'], value: './mine.yaml' };
  const { plan } = await preparedIn(folder, [override]);
  t.is(plan.deployer?.name, 'our-cloud');
});

test('the scenario of a run’s folder contains the profile, and makes the same plan elsewhere', async (t) => {
  const folder = folderWith({
    'scenarios/s.yaml': scenarioText('./mine.yaml'),
    'scenarios/mine.yaml': OWN,
  });
  const prepared = await preparedIn(folder);
  const elsewhere = folderWith({ 'scenarios/s.yaml': stringify(scenarioInput(prepared)) });
  const again = await preparedIn(elsewhere);
  t.deepEqual(again.plan, prepared.plan);
});

test('a release with a name is older than every numbered one', async (t) => {
  const folder = folderWith({
    'scenarios/s.yaml': scenarioText('./mine.yaml')
      .replace('"2025.1"', 'victoria')
      .replace('"2026.1"', 'zed'),
    'scenarios/mine.yaml': OWN,
  });
  const { plan } = await preparedIn(folder);
  t.deepEqual(plan.deployer?.releases, { base: 'victoria', target: 'zed' });
  t.is(plan.config['oslo_messaging_rabbit']?.['rabbit_qos_prefetch_count'], 1);
});

for (const [what, deployer, own, message] of [
  [
    'is not there',
    './nowhere.yaml',
    OWN,
    /s\.yaml:5:11: deployer: .*nowhere\.yaml.* Name one of debian, .* or give the path of a YAML file/,
  ],
  [
    'has an unknown key',
    './mine.yaml',
    OWN.replace('stopSeconds', 'stopSecond'),
    /mine\.yaml:9:5: settings\[3\]\.stopSecond: unknown key.*did you mean stopSeconds\?/,
  ],
  [
    'has a shipped one’s name',
    './mine.yaml',
    OWN.replace('our-cloud', 'kolla-ansible'),
    /mine\.yaml:2:7: name: kolla-ansible is a profile that rollgate ships/,
  ],
  [
    'has the name of no profile',
    './mine.yaml',
    OWN.replace('our-cloud', 'rollgate'),
    /mine\.yaml:2:7: name: rollgate is a profile/,
  ],
  [
    'is of another subject',
    './mine.yaml',
    `subject: ironic${OWN}`,
    /mine\.yaml:1:10: subject: it sets up ironic; the scenario upgrades heat/,
  ],
  [
    'sets an option twice',
    './mine.yaml',
    `${OWN}  - stopSeconds: 5\n`,
    /mine\.yaml:3:1: settings: every release has stopSeconds twice/,
  ],
  [
    'is for no release',
    './mine.yaml',
    OWN.replace('since: "2026.1"', 'since: "2026.1"\n    until: "2025.2"'),
    /settings\[2\]\.until: no release has it: until is before since/,
  ],
  [
    'has two problems',
    './mine.yaml',
    OWN.replace('settings', 'setings'),
    /^the deployer profile has 2 problems\n.*mine\.yaml:2:1: settings: missing/,
  ],
  [
    'has a problem, as the scenario has,',
    './mine.yaml\nconfigFor: [{ on: node9/heat-api, config: { DEFAULT: { debug: true } } }]',
    `subject: ironic${OWN}`,
    /^the deployer profile and the scenario have 2 problems\n.*mine\.yaml:1:10: subject/s,
  ],
  [
    'is misspelt',
    'kolla-ansibel',
    OWN,
    /s\.yaml:5:11: deployer: expected one of rollgate, .*did you mean kolla-ansible\?/,
  ],
  [
    'is misspelt beside its vcpus',
    '{ name: kolla-ansibel }',
    OWN,
    /s\.yaml:5:11: deployer: expected one of rollgate, .*did you mean kolla-ansible\?/,
  ],
] as const) {
  test(`a profile that ${what} is refused at its place`, async (t) => {
    const folder = folderWith({
      'scenarios/s.yaml': scenarioText(deployer),
      'scenarios/mine.yaml': own,
    });
    await t.throwsAsync(preparedIn(folder), { code: 'invalid-scenario', message });
  });
}

test('a shipped profile without its sources is refused', (t) => {
  const { read: _, ...rest } = parse(GOOD) as Record<string, unknown>;
  t.regex(problemsOf(stringify(rest)), /read: missing; expected a mapping/);
  t.regex(
    problemsOf(GOOD.replace('from: repository heat.conf\n    config', 'config')),
    /settings\[0\]\.from: missing; expected REPOSITORY FILE/,
  );
});
