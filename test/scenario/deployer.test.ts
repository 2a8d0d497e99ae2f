import test from 'ava';
import { parseDeployer, settingsOf } from '../../src/scenario/deployer.ts';
import { loadDeployers } from '../../src/scenario/load-deployers.ts';
import { CHOREOGRAPHIES } from '../../src/plan/choreographies/registry.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';

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

test('every shipped profile is read, and names a choreography that takes it', async (t) => {
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
  for (const { deployer } of CHOREOGRAPHIES)
    t.true(deployer === undefined || known.includes(deployer));
});

test('a setting holds from one release of the deployer to another', (t) => {
  const profile = parseDeployer(GOOD, 'some.yaml', heatShape);
  const prefetch = (release: string): readonly unknown[] =>
    settingsOf(profile, release).flatMap(
      ({ config }) => config?.['oslo_messaging_rabbit']?.['rabbit_qos_prefetch_count'] ?? [],
    );
  t.deepEqual([prefetch('2025.1'), prefetch('2026.1')], [[1], [50]]);
});

test('a value without a source that was read is refused, with its place', (t) => {
  t.is(
    problemsOf(GOOD.replace('from: repository heat.conf', 'from: elsewhere heat.conf')),
    'some.yaml:9:11: settings[0].from: no commit was read of the repository of elsewhere heat.conf',
  );
});

test('an option that a release has twice, a service that is not there and an unknown key are refused', (t) => {
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
