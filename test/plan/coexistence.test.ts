import test from 'ava';
import { choreographiesApart, coexistence } from '../../src/plan/coexistence.ts';
import { planned } from './planned.ts';

const comesTogether = test.macro({
  title: (_, choreography: string) => `${choreography}: whether releases and their messages meet`,
  async exec(
    t,
    choreography: string,
    expected: { readonly releases: boolean; readonly messages: boolean },
  ) {
    const { stages, topology } = await planned({ choreography });
    t.deepEqual(coexistence(stages, topology), { ...expected, upgrades: true });
  },
});

test(comesTogether, 'cold', { releases: false, messages: false });
test(comesTogether, 'guide', { releases: true, messages: false });
test(comesTogether, 'gentle', { releases: true, messages: false });
test(comesTogether, 'shared-vhost', { releases: true, messages: true });

test('an api of the base on the vhost of the target’s engines meets their messages', async (t) => {
  const { topology, stages } = await planned({ choreography: 'guide' });
  const [api] = topology.nodes.flatMap(({ services }) =>
    services.filter(({ role }) => role === 'api'),
  );
  if (api === undefined) return t.fail('no api');
  const engines = stages.findIndex(({ name }) => name === 'engines');
  const moved = { kind: 'move-api', target: api, vhost: 'heat-2026.1' } as const;
  const changed = stages.toSpliced(engines + 1, 0, { name: 'moved', steps: [] }).map((stage) => ({
    steps: stage.name === 'moved' ? [moved] : stage.steps,
  }));
  t.true(coexistence(changed, topology).messages);
});

test('what upgrades nothing avoids nothing', async (t) => {
  const apart = choreographiesApart(await planned({ choreography: 'none' }));
  t.false(apart.messages.includes('none'));
  t.true(apart.messages.includes('guide'));
  t.deepEqual(apart.releases, ['cold']);
});
