import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { renderPlan } from '../../../src/plan/render/render.ts';
import type { TagName } from '../../../src/verdict/schema/verdict.ts';
import { planned } from '../planned.ts';

test('an arrow points at the failed step and at no other', async (t) => {
  const text = renderPlan(await planned({ choreography: 'cold' }), { arrow: '2.1.2' });
  t.deepEqual(
    text.split('\n').filter((line) => line.includes('─▶')),
    ['─▶ │  └─ 2.1.2 stop heat-api on node2'],
  );
});

test('the arrow does not change the tree', async (t) => {
  const plan = await planned();
  const treeOf = (text: string) => text.split('\n\n')[1]?.split('\n');
  const pointed = treeOf(renderPlan(plan, { arrow: '1.1' }))?.map((line) => line.slice(3));
  t.deepEqual(pointed, treeOf(renderPlan(plan)));
});

test('colour changes nothing but the colour', async (t) => {
  const plan = await planned();
  const colored = renderPlan(plan, { color: true, arrow: '1.1' });
  t.not(colored, renderPlan(plan, { arrow: '1.1' }));
  t.is(stripVTControlCharacters(colored), renderPlan(plan, { arrow: '1.1' }));
});

test('the plan names what is left out: probes, stacks, a requirement', async (t) => {
  const text = renderPlan(
    await planned({ load: { probes: [], workload: { rate: 0 } }, require: [] }),
  );
  t.regex(text, /^load +no probes\n +no stacks$/m);
  t.regex(text, /^requires +nothing$/m);
});

test('the plan lists a user’s own requests and stacks, and the kinds if only these are made', async (t) => {
  const customProbes = [{ name: 'build-info', rate: 2, request: { path: '/' } }];
  const customKinds = [{ name: 'web', template: { resources: {} } }];
  const both = { customProbes, probes: [], workload: { customKinds } };
  const text = renderPlan(await planned({ load: both }));
  t.regex(text, /^load +requests per second: build-info\/new 2$/m);
  t.regex(text, /^ +stacks per second: .*, first of the kinds web; stuck after/m);
  const alone = { probes: [], workload: { customKinds, kinds: ['web'] } };
  const only = renderPlan(await planned({ load: alone }));
  t.regex(only, /^ +stacks per second: .*, only of the kinds web; stuck after/m);
});

test('a plan that cannot prove its requirement warns of it', async (t) => {
  const required: TagName[] = ['supports-rolling-upgrade'];
  t.regex(
    renderPlan(await planned({ choreography: 'kolla', require: required })),
    /^meets .*\n +cannot prove supports-rolling-upgrade and .*: the mixed state has no API of the base/m,
  );
  for (const input of [
    { choreography: 'kolla', require: ['supports-upgrade' as const] },
    { choreography: 'guide', require: required },
  ]) {
    t.notRegex(renderPlan(await planned(input)), /cannot prove/);
  }
});
