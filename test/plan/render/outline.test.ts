import test from 'ava';
import { planJson } from '../../../src/plan/render/outline.ts';
import { planned } from '../planned.ts';

test('the outline has the seed and the stages with their steps', async (t) => {
  const { seed, stages } = planJson(await planned({ seed: 5 }));
  t.is(seed, 5);
  t.deepEqual(stages[3], {
    name: 'engines',
    steps: [
      {
        id: '4.1',
        name: 'swap heat-engine on node1 to 2026.1 (vhost heat-2026.1)',
        kind: 'swap',
        node: 'node1',
      },
    ],
  });
});

test('parallel steps follow the step that contains them', async (t) => {
  const { stages } = planJson(await planned({ choreography: 'cold' }));
  t.deepEqual(
    stages[1]?.steps.map(({ id, kind, node }) => [id, kind, node]),
    [
      ['2.1', 'together', undefined],
      ['2.1.1', 'stop', 'node1'],
      ['2.1.2', 'stop', 'node2'],
      ['2.2', 'together', undefined],
      ['2.2.1', 'stop', 'node1'],
      ['2.2.2', 'stop', 'node2'],
    ],
  );
});

test('stuck stacks are revived only if the scenario asks for it, when all have settled', async (t) => {
  const last = async (load = {}) =>
    planJson(await planned({ load }))
      .stages.at(-1)
      ?.steps.map(({ kind }) => kind);
  t.deepEqual(await last(), ['release', 'hold', 'stop-workload', 'settle', 'stop-load']);
  t.deepEqual(await last({ reviveSeconds: 60 }), [
    'release',
    'hold',
    'stop-workload',
    'settle',
    'revive',
    'stop-load',
  ]);
});
