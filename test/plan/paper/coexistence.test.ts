import { fileURLToPath } from 'node:url';
import test from 'ava';
import { choreographiesApart, coexistence } from '../../../src/plan/paper/coexistence.ts';
import { describeMeeting } from '../../../src/scenario/topology/meeting.ts';
import { planned } from '../planned.ts';

const comesTogether = test.macro({
  title: (_, choreography: string) => `${choreography}: what of two releases comes together`,
  async exec(t, choreography: string, expected: readonly string[]) {
    const { stages, topology, baseVhost } = await planned({
      choreography,
      base: '2026.1',
      target: '2026.2',
    });
    const { upgrades, meetings, releases, vhost } = coexistence(stages, topology, baseVhost);
    t.true(upgrades);
    t.deepEqual(
      [
        ...(releases ? ['releases'] : []),
        ...(vhost ? ['vhost'] : []),
        ...meetings.map(describeMeeting),
      ],
      expected,
    );
  },
});

const EVERY_PAIR = [
  'new API → old engine',
  'old API → new engine',
  'new engine → old engine',
  'old engine → new engine',
];

test(comesTogether, 'cold', []);
test(comesTogether, 'guide', ['releases']);
test(comesTogether, 'gentle', ['releases']);
// Between the two, old apis call new engines.
test(comesTogether, 'guide-api-first', ['releases', 'vhost', 'old API → new engine']);
test(comesTogether, 'kolla', [
  'releases',
  'vhost',
  'new API → old engine',
  'new engine → old engine',
  'old engine → new engine',
]);
test(comesTogether, 'kolla-serial', ['releases', 'vhost', ...EVERY_PAIR]);
test(comesTogether, 'osa', ['releases', 'vhost', ...EVERY_PAIR]);
test(comesTogether, 'shared-vhost', ['releases', 'vhost', ...EVERY_PAIR]);
// Every engine is swapped before the first API: no new API asks an old engine.
test(comesTogether, 'gentle-in-place', [
  'releases',
  'vhost',
  'old API → new engine',
  'new engine → old engine',
  'old engine → new engine',
]);
test(comesTogether, 'node-by-node', ['releases', 'vhost', ...EVERY_PAIR]);

test('node-by-node holds the mixed state in a step in which every pair meets', async (t) => {
  const { stages } = await planned({
    choreography: 'node-by-node',
    base: '2026.1',
    target: '2026.2',
  });
  const holds = stages.flatMap(({ steps }) => steps).filter((step) => step.kind === 'hold');
  t.deepEqual(
    holds.flatMap(({ meetings }) =>
      meetings === undefined ? [] : [meetings.map(describeMeeting)],
    ),
    [EVERY_PAIR],
  );
});

test('a plan that upgrades nothing avoids nothing', async (t) => {
  const apart = choreographiesApart(await planned({ choreography: 'none' }));
  t.false(apart.all.includes('none'));
  t.true(apart.avoidedBy.get('api of target to engine of base')?.includes('guide'));
  t.deepEqual(apart.avoidedBy.get('releases'), ['cold']);
});

test('a script’s order is unknown before it runs, so no forecast counts as avoided by it', async (t) => {
  const run = fileURLToPath(new URL('../../../lab/scripts/rolling-upgrade.sh', import.meta.url));
  const apart = choreographiesApart(await planned({ choreography: 'script', script: { run } }));
  t.false(apart.all.includes('script'));
  t.is(apart.own, undefined);
});
