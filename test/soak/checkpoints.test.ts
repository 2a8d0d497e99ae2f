import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Lab, type RunResult } from '../../src/index.ts';
import { exitStatusOfVerdict } from '../../src/verdict/judge.ts';
import { imageWith } from '../lab/broken-image.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-test-'));
test.after.always(() => rm(directory, { recursive: true, force: true }));

const path = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const resources = path('lab/grenade/heat/resources.sh');
const few = path('test/soak/few-tests.txt');

const outcomes = ({ verdict }: RunResult): readonly string[] =>
  verdict.checks.map(
    ({ check, point, status, detail }) => `${status} ${point} ${check}: ${detail}`,
  );

test('2025.1 → 2026.1: what was made at base is verified in the mixed state and at the target, by hooks, Tempest and a grenade plugin', async (t) => {
  await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
  const result = await lab.upgrade({
    to: '2026.1',
    choreography: 'guide',
    seed: 1,
    durations: { baselineSeconds: 3, mixedSeconds: 1, afterSeconds: 1 },
    load: { stuckAfterSeconds: 10, workload: { rate: 0.1 } },
    require: [],
    checkpoints: {
      before: [
        { check: 'grenade', resources, phases: ['create'] },
        { check: 'tempest', list: few },
      ],
      'after-node': [{ check: 'hook', run: path('lab/hooks/list-stacks.sh') }],
      mixed: [
        { check: 'grenade', resources, phases: ['verify', 'verify_noapi'] },
        { check: 'burst', stacks: 5 },
        { check: 'tempest', list: few },
      ],
      after: [
        { check: 'hook', run: path('lab/hooks/build-info.ts'), as: 'administrator' },
        { check: 'grenade', resources, phases: ['verify', 'destroy'] },
        { check: 'tempest' },
      ],
    },
    directory: join(directory, 'guide'),
  });
  t.log(outcomes(result).join('\n'));
  t.log(result.verdict.checks.map(({ name, seconds }) => `${seconds} s ${name}`).join('\n'));
  t.deepEqual(
    outcomes(result).filter((outcome) => !outcome.startsWith('passed')),
    [],
  );
  const smoke = result.verdict.checks.at(-1)?.cases ?? [];
  t.is(smoke.filter(({ status }) => status === 'passed').length, 67);
  t.is(exitStatusOfVerdict(result.verdict), 0);
  // The burst's stacks are obligations as any other.
  const burst = result.events.filter(
    (event) => event.type === 'operation-settled' && event.object.endsWith('-burst'),
  );
  t.is(burst.length, 10);
  // After node1, the hook saw node1's services at the target, and node2's not yet.
  const [hook] = result.verdict.checks.filter(({ check }) => check === 'hook');
  const seen = await readFile(join(result.directory, hook?.log ?? ''), 'utf8');
  t.regex(seen, /"node1":\{"heat-[^}]*"series":"2026\.1".*"node2":\{.*"series":"2025\.1"/s);
});

test('in a broken Heat, only Tempest’s tests of the broken part fail', async (t) => {
  const policy = 'stacks:preview: "!"\nstacks:list_outputs: "!"\n';
  const broken = await imageWith('rollgate/heat:2026.1', 'no-preview', [
    { path: '/etc/heat/policy.yaml', content: policy, mode: 0o644 },
  ]);
  t.teardown(broken.remove);
  await using lab = await Lab.start({ series: `image:${broken.ref}`, topology: '1x1' });
  const result = await lab.upgrade({
    to: `image:${broken.ref}`,
    choreography: 'none',
    seed: 1,
    durations: { baselineSeconds: 0, mixedSeconds: 0, afterSeconds: 0 },
    load: { probes: [{ probe: 'list', connection: 'new', rate: 1 }], workload: { rate: 0 } },
    require: [],
    checkpoints: { after: [{ check: 'tempest', list: few }] },
    directory: join(directory, 'broken'),
  });
  const { cases = [] } = result.verdict.checks[0] ?? {};
  const failed = cases.filter(({ status }) => status === 'failed');
  t.log(failed.map(({ name, detail }) => `${name}\n${detail.slice(-300)}`).join('\n'));
  // `heat_tempest_plugin.tests.api.test_heat_api.GROUP.test_request[…]` or `….functional.MODULE.CLASS.test_…`
  const broke = failed.flatMap(
    ({ name }) => /\.(?:test_heat_api|functional)\.(\w+)\./.exec(name)?.[1] ?? [],
  );
  t.deepEqual(broke.toSorted(), [
    'stacks_list_stack_outputs',
    'test_preview',
    'test_preview',
    'test_preview',
    'test_stack_outputs',
  ]);
  t.is(exitStatusOfVerdict(result.verdict), 99);
  t.regex(result.verdict.reasons.join(), /Tempest: \d+ passed, 5 failed/);
  const junit = await readFile(join(result.directory, 'junit.xml'), 'utf8');
  t.regex(junit, /<testcase name="heat_tempest_plugin[^"]*test_preview[^>]*>\s*<failure/);
});
