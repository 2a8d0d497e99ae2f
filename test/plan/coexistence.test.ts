import test from 'ava';
import { choreographyNamed } from '../../src/plan/choreographies/registry.ts';
import { choreographiesApart, coexistence } from '../../src/plan/coexistence.ts';
import { planned } from './planned.ts';

const comesTogether = test.macro({
  title: (_, name: string) => `${name}: whether releases and their messages meet`,
  async exec(
    t,
    name: string,
    expected: { readonly releases: boolean; readonly messages: boolean },
  ) {
    const { topology } = await planned();
    t.deepEqual(coexistence(choreographyNamed(name), topology), { ...expected, upgrades: true });
  },
});

test(comesTogether, 'cold', { releases: false, messages: false });
test(comesTogether, 'guide', { releases: true, messages: false });
test(comesTogether, 'shared-vhost', { releases: true, messages: true });

test('what upgrades nothing avoids nothing', async (t) => {
  const { topology } = await planned();
  t.false(coexistence(choreographyNamed('none'), topology).upgrades);
  const apart = choreographiesApart(topology);
  t.false(apart.messages.includes('none'));
  t.true(apart.messages.includes('guide'));
  t.deepEqual(apart.releases, ['cold']);
});
