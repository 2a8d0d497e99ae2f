import { fileURLToPath } from 'node:url';
import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { walkSteps } from '../../src/plan/walk.ts';
import { prepareChain } from '../../src/runs/chain.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';
import { catalogue } from '../plan/planned.ts';

const chain = (path: readonly string[], input: Partial<ScenarioInput> = {}) =>
  prepareChain(
    {
      scenario: { name: 'test', base: '2025.1', target: '2025.1', ...input },
      shape: heatShape,
      catalogue,
    },
    path,
  );

const PATH = ['2025.1', '2026.1', '2026.2'];

test('each hop is a separate plan that begins at the release and the vhost where the one before ended', async (t) => {
  const hops = await chain(PATH, { choreography: 'guide' });
  t.deepEqual(
    hops.map(({ plan }) => [plan.base.series, plan.target.series, plan.baseVhost]),
    [
      ['2025.1', '2026.1', 'heat'],
      ['2026.1', '2026.2', 'heat-2026.1'],
    ],
  );
  const looks = hops.map(
    ({ plan }) => [...walkSteps(plan)].find(({ kind }) => kind === 'quiesce')?.name ?? '',
  );
  t.regex(looks[0] ?? '', /of vhost heat:/);
  t.regex(looks[1] ?? '', /of vhost heat-2026\.1:/);
  t.is(hops[0]?.seed, hops[1]?.seed);
});

test('the next hop replaces the engines that replaced others', async (t) => {
  const [, hop] = await chain(PATH, { choreography: 'gentle' });
  const names = [...walkSteps(hop?.plan ?? t.fail())].map(({ name }) => name);
  t.true(names.includes('stop heat-engine.next on node1'));
  t.true(
    names.includes(
      'start heat-engine.next.next on node1 at 2026.2 beside heat-engine.next (vhost heat-2026.2)',
    ),
  );
});

test('services that stay on one vhost begin the next hop there', async (t) => {
  const [, hop] = await chain(PATH, { choreography: 'kolla-serial' });
  t.is(hop?.plan.baseVhost, 'heat');
});

test('a script cannot be chained: the plan cannot know where it leaves the lab', async (t) => {
  const run = fileURLToPath(new URL('../../lab/scripts/rolling-upgrade.sh', import.meta.url));
  await t.throwsAsync(chain(PATH, { choreography: 'script', script: { run } }), {
    instanceOf: RollgateError,
    message: /cannot know where a script leaves/,
  });
  await t.notThrowsAsync(chain(PATH.slice(0, 2), { choreography: 'script', script: { run } }));
});

test('a path has a beginning and an end', async (t) => {
  await t.throwsAsync(chain(['2025.1']), { message: /two releases/ });
});

test('what the first hop has changed beside the release stays, and is not changed again', async (t) => {
  const [first, second] = await chain(PATH, {
    choreography: 'gentle',
    infrastructure: { rabbitmq: 'forky' },
    configTo: { DEFAULT: { max_stacks_per_tenant: 9 } },
    configFor: [
      { on: 'base', config: { DEFAULT: { debug: true } } },
      { on: 'target/heat-engine', config: { DEFAULT: { num_engine_workers: 4 } } },
    ],
  });
  const swaps = [first, second].map(
    (hop) => [...walkSteps(hop?.plan ?? t.fail())].filter(({ kind }) => /infra/.test(kind)).length,
  );
  t.true((swaps[0] ?? 0) > 0);
  t.is(swaps[1], 0);
  t.deepEqual(first?.plan.configurationChanges.toSorted(), [
    'DEFAULT.debug',
    'DEFAULT.max_stacks_per_tenant',
    'DEFAULT.num_engine_workers',
  ]);
  t.deepEqual(second?.plan.configurationChanges, []);
  t.is(second?.plan.config['DEFAULT']?.['max_stacks_per_tenant'], 9);
  t.deepEqual(second?.plan.configFor, [
    { on: 'heat-engine', config: { DEFAULT: { num_engine_workers: 4 } } },
  ]);
});

test('quorum queues of the first hop are the second’s from its begin', async (t) => {
  const [first, second] = await chain(PATH, { choreography: 'to-quorum' });
  t.is(first?.plan.note, undefined);
  t.true((first?.plan.configurationChanges.length ?? 0) > 0);
  t.deepEqual(second?.plan.configurationChanges, []);
  t.regex(
    second?.plan.note ?? '',
    /rabbit_quorum_queue.* already: the roll does not switch them on/,
  );
});
