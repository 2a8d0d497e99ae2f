import { fileURLToPath } from 'node:url';
import test from 'ava';
import { choreographiesApart, coexistence } from '../../../src/plan/paper/coexistence.ts';
import { planned } from '../planned.ts';

const comesTogether = test.macro({
  title: (_, choreography: string) => `${choreography}: what of two releases comes together`,
  async exec(t, choreography: string, expected: readonly string[]) {
    const { stages, topology, baseVhost } = await planned({ choreography });
    const { upgrades, ...seen } = coexistence(stages, topology, baseVhost);
    t.true(upgrades);
    t.deepEqual(
      Object.entries(seen).flatMap(([what, is]) => (is ? [what] : [])),
      expected,
    );
  },
});

test(comesTogether, 'cold', []);
test(comesTogether, 'guide', ['releases']);
test(comesTogether, 'gentle', ['releases']);
// Between the two, old apis call new engines.
test(comesTogether, 'guide-api-first', ['releases', 'vhost', 'targetHears']);
test(comesTogether, 'shared-vhost', ['releases', 'vhost', 'baseHears', 'targetHears']);

test('what upgrades nothing avoids nothing', async (t) => {
  const apart = choreographiesApart(await planned({ choreography: 'none' }));
  t.false(apart.baseHears.includes('none'));
  t.true(apart.baseHears.includes('guide'));
  t.deepEqual(apart.releases, ['cold']);
});

test('what a script brings together nobody knows before: nothing is held to be avoided by it', async (t) => {
  const run = fileURLToPath(new URL('../../../lab/scripts/rolling-upgrade.sh', import.meta.url));
  const apart = choreographiesApart(await planned({ choreography: 'script', script: { run } }));
  t.false(Object.values(apart).some((names) => names.includes('script')));
});
