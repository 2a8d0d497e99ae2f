import test from 'ava';
import type { Finding } from '../../src/events/finding.ts';
import { candidatesOf, kindsOf, onPaper } from '../../src/hunts/order/candidates.ts';
import { found, type Ran } from '../../src/hunts/order/found.ts';
import {
  brokenCandidates,
  rollName,
  orderRolls,
  scenarioOf,
  trialOf,
} from '../../src/hunts/order/rolls.ts';
import { breachesOf } from '../../src/plan/paper/order-rules.ts';
import { validatePlan } from '../../src/plan/paper/validate.ts';
import { loadCatalogue } from '../../src/release/catalogue.ts';
import { preparePlan, type PreparedPlan } from '../../src/runs/prepare.ts';
import { scenarioInput } from '../../src/scenario/write-scenario.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';

async function prepared(topology: string) {
  return preparePlan({
    scenario: { name: 's', base: '2025.1', target: '2026.1', topology, seed: 1 },
    shape: heatShape,
    catalogue: await loadCatalogue(),
  });
}

async function rollsOn(name: string): Promise<readonly PreparedPlan[]> {
  const shared = await prepared(name);
  const { topology } = shared;
  const candidates = candidatesOf(topology);
  const surroundings = { topology, shape: heatShape, candidates };
  const catalogue = await loadCatalogue();
  return Promise.all(
    orderRolls(topology).map((roll) => {
      const scenario = scenarioOf(roll, scenarioInput(shared), surroundings);
      return preparePlan({ scenario, shape: heatShape, catalogue });
    }),
  );
}

async function candidate(name: string) {
  const { topology } = await prepared('2x2');
  const one = candidatesOf(topology).find(({ rule }) => rule.name === name);
  if (one === undefined) throw new TypeError(name);
  return one;
}

test('an order may matter between an engine and a service that sends messages to it', async (t) => {
  const { topology } = await prepared('2x2');
  t.deepEqual(
    kindsOf(topology).map(({ name, role, count }) => [name, role, count]),
    [
      ['heat-api', 'api', 2],
      ['heat-engine', 'engine', 2],
    ],
  );
  t.deepEqual(
    candidatesOf(topology).map(({ title }) => title),
    ['heat-api before heat-engine', 'heat-engine before heat-api', 'every heat-engine at once'],
  );
  const single = await prepared('1x1');
  t.deepEqual(
    candidatesOf(single.topology).map(({ title }) => title),
    ['heat-api before heat-engine', 'heat-engine before heat-api'],
  );
});

function finding(
  severity: Finding['severity'],
  ...pairs: readonly ['api' | 'engine', 'base' | 'target', 'base' | 'target'][]
): Finding {
  return {
    id: `rpc-${severity}`,
    area: 'rpc',
    severity,
    title: 'a message is refused',
    evidence: [],
    endangers: [],
    avoidedBy: [],
    needs: { what: 'message', pairs: pairs.map(([sender, from, to]) => ({ sender, from, to })) },
  };
}

test('preflight decides only the orders that a blocking difference concerns', async (t) => {
  const enginesFirst = await candidate('heat-engine-before-heat-api');
  const apisFirst = await candidate('heat-api-before-heat-engine');
  const once = await candidate('heat-engine-at-once');
  const newApi = finding('blocking', ['api', 'target', 'base']);
  t.is(onPaper(enginesFirst, [newApi]).decision, 'necessary');
  t.is(onPaper(apisFirst, [newApi]).decision, 'open');
  t.is(onPaper(once, [newApi]).decision, 'open');
  const oldApi = finding('risk', ['api', 'base', 'target']);
  t.deepEqual(onPaper(apisFirst, [oldApi]), {
    decision: 'open',
    findings: [{ id: 'rpc-risk', severity: 'risk', title: 'a message is refused' }],
  });
  t.is(onPaper(once, [finding('blocking', ['engine', 'base', 'target'])]).decision, 'necessary');
});

for (const topology of ['1x1', '2x2', '2x2-cfn']) {
  test(`every roll on ${topology} can be carried out`, async (t) => {
    for (const { plan } of await rollsOn(topology)) {
      t.deepEqual(validatePlan(plan), [], plan.choreography);
    }
  });
}

test('faults, checkpoints and limits of the scenario do not apply to these rolls', async (t) => {
  const { topology } = await prepared('2x2');
  const [roll] = orderRolls(topology);
  if (roll === undefined) throw new TypeError('no roll');
  const made = scenarioOf(
    roll,
    {
      name: 's',
      base: '2025.1',
      target: '2026.1',
      faults: [{ fault: 'pause', on: 'mysql', seconds: 1, before: 'a stage of its own' }],
      checkpoints: { mixed: [{ check: 'tempest' }] },
      thresholds: { api_failed: 'count==0' },
      choreography: 'script',
      script: { run: './roll.sh' },
    },
    { topology, shape: heatShape, candidates: candidatesOf(topology) },
  );
  t.like(made, { faults: [], checkpoints: {}, thresholds: {}, require: [] });
  t.false('script' in made);
});

test('a roll breaks the orders that its plan breaks', async (t) => {
  const { topology } = await prepared('2x2-cfn');
  const candidates = candidatesOf(topology);
  const rolls = orderRolls(topology);
  const plans = await rollsOn('2x2-cfn');
  for (const [index, { plan }] of plans.entries()) {
    const roll = rolls[index];
    const expected = breachesOf(plan).map(({ rule }) => rule.name);
    t.deepEqual([...(roll ? brokenCandidates(roll, candidates) : [])], expected, plan.choreography);
  }
});

async function trial(name: string, necessary: readonly string[]) {
  const { topology } = await prepared('2x2');
  const chosen = trialOf(await candidate(name), { topology, necessary });
  return [chosen?.breaking, chosen?.keeping].map((roll) => roll && rollName(roll));
}

test('two rolls differ in one order, and keep the orders known to be necessary', async (t) => {
  t.deepEqual(await trial('heat-engine-before-heat-api', ['heat-engine-at-once']), [
    'heat-api.heat-engine-at-once',
    'heat-engine-at-once.heat-api',
  ]);
  t.deepEqual(await trial('heat-engine-at-once', ['heat-engine-before-heat-api']), [
    'heat-engine.heat-api',
    'heat-engine-at-once.heat-api',
  ]);
});

test('a message between kinds of engines concerns only the order of those kinds', (t) => {
  const services = ['api', 'central', 'worker'].map((kind) => ({
    node: 'node1',
    kind,
    service: kind,
    role: kind === 'api' ? ('api' as const) : ('engine' as const),
  }));
  const topology = { name: 't', nodes: [{ name: 'node1', services }] };
  const refused = finding('blocking', ['api', 'target', 'base'], ['engine', 'target', 'base']);
  const { needs } = refused;
  if (needs?.what !== 'message') throw new TypeError('no message');
  const kinds = { senders: ['api', 'worker'], taker: 'central' };
  const forKinds = { ...refused, needs: { ...needs, kinds } };
  const struck = (one: Finding): readonly string[] =>
    candidatesOf(topology)
      .filter((each) => onPaper(each, [one]).decision === 'necessary')
      .map(({ title }) => title);
  t.deepEqual(struck(forKinds), ['central before api', 'central before worker']);
  t.deepEqual(struck(refused), [
    'central before api',
    'central before worker',
    'worker before api',
    'worker before central',
  ]);
});

type Harm = Ran['causes'][number]['harm'];

function ran(rule: string, status: 'failed' | 'proven', harm: Harm | null): Ran {
  const causes: Ran['causes'] = harm === null ? [] : [{ kind: 'rpc-version-refused', harm }];
  return {
    ended: 'completed',
    rules: [{ name: rule, status }],
    api: { failed: harm === 'requests-lost' ? 3 : 0 },
    stacks: { stuck: 0, failed: 0, lost: 0 },
    causes,
  };
}

test('an order is decided by the results of the runs that broke it and of those that kept it', async (t) => {
  const one = await candidate('heat-engine-before-heat-api');
  const open = onPaper(one, []);
  const name = one.rule.name;
  const broke = (harm: Harm | null) => ran(name, 'failed', harm);
  const kept = (harm: Harm | null) => ran(name, 'proven', harm);
  const conclusion = (...runs: readonly Ran[]) => found(one, open, runs).conclusion;
  t.is(conclusion(), 'open');
  t.is(conclusion(broke('requests-lost'), broke('requests-lost'), kept(null)), 'necessary');
  t.is(conclusion(broke('requests-lost'), broke(null), kept(null)), 'unclear');
  t.is(conclusion(broke('requests-lost'), kept('requests-lost')), 'unclear');
  t.is(conclusion(broke('noise'), kept(null)), 'not-necessary');
  // Without a run that keeps the order, nothing shows that the order was the reason.
  t.is(conclusion(broke('requests-lost')), 'unclear');
  t.like(found(one, open, [broke('requests-lost'), broke('requests-lost'), kept(null)]), {
    breaking: { runs: 2, harmed: 2, requestsLost: 6, causes: ['rpc-version-refused'] },
    keeping: { runs: 1, harmed: 0 },
  });
});

test('a run that did not end does not count, nor one whose rule could not be judged', async (t) => {
  const one = await candidate('heat-engine-before-heat-api');
  const early: Ran = { ...ran(one.rule.name, 'failed', 'requests-lost'), ended: 'failed' };
  t.like(found(one, onPaper(one, []), [early]), { conclusion: 'open', breaking: null });
});
