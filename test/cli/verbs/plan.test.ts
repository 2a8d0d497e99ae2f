import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { CHOREOGRAPHY_NAMES } from '../../../src/plan/choreographies/registry.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { invoked, rollgate } from '../rollgate.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

test('plan prints the default scenario and nothing else', async (t) => {
  const { exitCode, stdout, stderr } = await rollgate(['plan']);
  t.is(exitCode, 0);
  t.is(stderr, '');
  t.regex(stdout, /^scenario +default$/m);
  t.regex(stdout, /^base +2025\.1 \(heat 24\./m);
  t.regex(stdout, /^└─ 2\.1 sync the database schema with the code of 2026\.1$/m);
});

test('plan --json is the contract: seed, stages, steps', async (t) => {
  const { exitCode, stdout } = await invoked(['plan', 'cold', '--json', '--seed', '42']);
  t.is(exitCode, 0);
  const { seed, stages } = JSON.parse(stdout);
  t.is(seed, 42);
  t.deepEqual(
    stages.map(({ name }: { name: string }) => name),
    ['baseline', 'stop', 'schema', 'start', 'after'],
  );
  t.deepEqual(stages[1].steps[1], {
    id: '2.1.1',
    name: 'stop heat-api on node1',
    kind: 'stop',
    node: 'node1',
  });
});

test('plan takes the options that change a scenario', async (t) => {
  const options =
    '--from 2026.1 --to 2026.2 --choreography shared-vhost --topology 1x1 --set load.workload.rate=3 --set durations.afterSeconds=1';
  const { stdout } = await invoked(['plan', ...options.split(' ')]);
  t.regex(stdout, /^base +2026\.1/m);
  t.regex(stdout, /^target +2026\.2/m);
  t.regex(stdout, /^choreography shared-vhost/m);
  t.regex(stdout, /^topology +1x1/m);
  t.regex(stdout, /stacks per second: 3,/);
  t.regex(stdout, /let the load run for 1 s/);
});

test('plan says if the required tag is the default', async (t) => {
  const scenario = join(temporaryFolder(), 'own.yaml');
  writeFileSync(
    scenario,
    'name: own\nbase: 2025.1\ntarget: 2026.1\nchoreography: guide\nseed: 1\n',
  );
  const { stderr } = await invoked(['plan', scenario]);
  t.regex(stderr, /so supports-zero-downtime-upgrade must be proven; --require TAG/);
  t.is((await invoked(['plan', scenario, '--require', 'supports-rolling-upgrade'])).stderr, '');
});

test('an unknown series ends with 104 and the list of the known ones', async (t) => {
  const { exitCode, stdout, stderr } = await invoked(['plan', '--to', '2031.1']);
  t.is(exitCode, 104);
  t.is(stdout, '');
  t.regex(stderr, /^error: --to: unknown release "2031\.1"; allowed: .*2025\.1, 2026\.1, 2026\.2/);
});

test('an invalid scenario ends with 104 and file, line and column of each problem', async (t) => {
  const { exitCode, stderr } = await rollgate(['plan', './invalid.yaml'], { cwd: fixtures });
  t.is(exitCode, 104);
  t.is(
    stderr,
    `error: the scenario has 2 problems
  invalid.yaml:4:15: choreography: expected one of ${CHOREOGRAPHY_NAMES.join(', ')}; found "blue-green"
  invalid.yaml:6:3: load.workloda: unknown key (did you mean workload?); known keys: probes, customProbes, workload, agent, calls, stuckAfterSeconds, reviveSeconds`,
  );
});

test('a scenario without a seed gets a drawn one, and the plan shows it', async (t) => {
  const { stdout, stderr } = await invoked(['plan', `${fixtures}no-seed.yaml`]);
  const seed = /^seed +(\d+)$/m.exec(stdout)?.[1];
  t.is(stderr.split('\n')[0], `seed ${seed} was drawn; --seed ${seed} repeats it`);
});

test('a directory that is not a source tree is refused before anything else is done', async (t) => {
  const { exitCode, stderr } = await invoked(['plan', '--to', 'dir:/nowhere/heat']);
  t.is(exitCode, 104);
  t.regex(stderr, /\/nowhere\/heat is not a source tree of heat: there is no such folder/);
  t.regex(stderr, /hint: .*rollgate source export/);
});

test('shipped scenarios are found from any directory', async (t) => {
  const { exitCode } = await rollgate(['plan', 'control'], { cwd: '/' });
  t.is(exitCode, 0);
});
