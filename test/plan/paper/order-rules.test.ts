import { fileURLToPath } from 'node:url';
import test from 'ava';
import { breachesOf, describeBreach } from '../../../src/plan/paper/order-rules.ts';
import { planJson } from '../../../src/plan/render/outline.ts';
import { renderPlan } from '../../../src/plan/render/render.ts';
import type { ScenarioInput } from '../../../src/scenario/schema.ts';
import { planned } from '../planned.ts';

type Rule = NonNullable<ScenarioInput['rules']>[number];

const ENGINES_FIRST: Rule = {
  name: 'engines-first',
  no: { service: 'api', at: 'target' },
  while: { service: 'engine', at: 'base' },
};

async function broken(choreography: ScenarioInput['choreography'], ...rules: readonly Rule[]) {
  const plan = await planned({
    choreography: choreography ?? 'guide',
    rules: [...rules],
    base: '2026.1',
    target: '2026.2',
  });
  return breachesOf(plan).map((breach) => `${breach.rule.name}: ${describeBreach(breach)}`);
}

test('a plan keeps a rule, or breaks it from a step to a step', async (t) => {
  t.deepEqual(await broken('gentle-in-place', ENGINES_FIRST), []);
  t.deepEqual(await broken('node-by-node', ENGINES_FIRST), [
    'engines-first: broken from step 3.3 swap heat-api on node1 to 2026.2 (vhost heat) to step 5.1 swap heat-engine on node2 to 2026.2 (vhost heat)',
  ]);
});

test('a rule about one vhost is kept if each side has its own vhost', async (t) => {
  const sameVhost: Rule = { ...ENGINES_FIRST, sameVhost: true };
  t.is((await broken('guide', ENGINES_FIRST)).length, 1);
  t.deepEqual(await broken('guide', sameVhost), []);
  t.is((await broken('node-by-node', sameVhost)).length, 1);
});

test('parallel steps may break a rule in either order', async (t) => {
  const together: ScenarioInput['choreography'] = {
    name: 'both',
    apisMayBeAway: true,
    stages: [
      { name: 'schema', steps: [{ step: 'db-sync' }] },
      {
        name: 'all',
        steps: [
          {
            step: 'together',
            steps: [
              'node1/heat-engine',
              'node2/heat-engine',
              'node1/heat-api',
              'node2/heat-api',
            ].map((on) => ({ step: 'swap' as const, on })),
          },
        ],
      },
    ],
  };
  t.deepEqual(await broken(together, ENGINES_FIRST), [
    'engines-first: may be broken in step 3.1 4 steps side by side',
  ]);
});

test('a rule may require services to wait for a step, or to be gone after it', async (t) => {
  const before: Rule = {
    name: 'vhost-first',
    no: { service: 'heat-engine', at: 'target' },
    before: 'create-vhost',
  };
  const after: Rule = {
    name: 'no-way-back',
    no: { service: 'node1/heat-api', at: 'base' },
    after: 'db-sync',
  };
  t.deepEqual(await broken('guide', before), []);
  // It has no such step, so nothing may be at the target at all.
  t.regex(
    (await broken('node-by-node', before)).join(),
    /^vhost-first: broken from step 3\.1 .*to the end$/,
  );
  t.regex(
    (await broken('node-by-node', after)).join(),
    /^no-way-back: broken from step 2\.1 sync .* to step 3\.3 swap heat-api on node1/,
  );
});

test('the plan names the rules that it breaks, for people and for programs', async (t) => {
  const plan = await planned({ choreography: 'gentle', rules: [ENGINES_FIRST] });
  const text = renderPlan(plan);
  t.regex(text, /^rules +engines-first: no api at target while any engine is at base$/m);
  const breaches = breachesOf(plan);
  t.deepEqual(
    breaches.map((breach) => text.includes(describeBreach(breach))),
    [true],
  );
  const [{ from } = {}] = breaches;
  t.like(planJson(plan), { rules: [{ name: 'engines-first', broken: { from: from?.id } }] });
  t.false('rules' in planJson(await planned()));
});

test('only the run shows which order a script follows', async (t) => {
  const run = fileURLToPath(new URL('../../../lab/scripts/rolling-upgrade.sh', import.meta.url));
  const plan = await planned({ choreography: 'script', script: { run }, rules: [ENGINES_FIRST] });
  t.deepEqual(breachesOf(plan), []);
  t.regex(renderPlan(plan), /^ +only the run shows whether the script keeps it$/m);
});
