import test from 'ava';
import * as fc from 'fast-check';
import { legalRoll } from '../../src/hunts/explore/legal-roll.ts';
import { randomRoll } from '../../src/hunts/explore/random-roll.ts';
import { shrink, sizeOf, smaller } from '../../src/hunts/explore/shrink.ts';
import { unmetMeetings } from '../../src/hunts/explore/unmet.ts';
import { validatePlan } from '../../src/plan/paper/validate.ts';
import { renderPlan } from '../../src/plan/render/render.ts';
import { loadCatalogue } from '../../src/release/catalogue.ts';
import { prepareHops, standingAfter } from '../../src/runs/chain.ts';
import { preparePlan, type PreparedPlan } from '../../src/runs/prepare.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { MEETINGS, meetingName } from '../../src/scenario/topology/meeting.ts';
import { scenarioInput } from '../../src/scenario/write-scenario.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';
import type { Verdict } from '../../src/verdict/schema/verdict.ts';

const prepare = async (scenario: ScenarioInput): Promise<PreparedPlan> =>
  preparePlan({ scenario, shape: heatShape, catalogue: await loadCatalogue() });

const explored = async (seed: number, topology = '2x2'): Promise<PreparedPlan> => {
  const shared = await prepare({
    name: 'shared',
    base: '2026.1',
    target: '2026.2',
    topology,
    seed: 1,
  });
  return legalRoll({ seed }, { ...scenarioInput(shared), topology: shared.topology }, prepare);
};

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('every seed draws a legal roll, and the same one each time', async (t) => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.constantFrom('2x2', '3x3'), async (seed, topology) => {
      const { plan } = await explored(seed, topology);
      t.deepEqual(validatePlan(plan), []);
      const again = await explored(seed, topology);
      t.is(renderPlan(again.plan), renderPlan(plan));
    }),
    { numRuns: 25 },
  );
});

test('different seeds draw different rolls, some of them with a rollback, a fault, a new vhost', async (t) => {
  const texts: string[] = [];
  for (let seed = 0; seed < 40; seed += 1) texts.push(renderPlan((await explored(seed)).plan));
  t.true(new Set(texts).size > 35);
  for (const sort of [/rollback/, /freeze|kill|cut/, /vhost heat-2026\.2/, /drain|out of/]) {
    t.true(
      texts.some((text) => sort.test(text)),
      String(sort),
    );
  }
});

test('a roll that is written to a file and read back is the same roll', async (t) => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const { plan, ...loaded } = await explored(seed);
      const again = await prepare(scenarioInput(loaded));
      t.is(renderPlan(again.plan), renderPlan(plan));
    }),
    { numRuns: 15 },
  );
});

test('a run without an API and an engine of two releases leaves both of their pairs open', (t) => {
  const nothing = { predictions: [], crossing: null, unseenPairs: [] };
  t.deepEqual(unmetMeetings(nothing).map(meetingName), [
    'api of target to engine of base',
    'api of base to engine of target',
  ]);
});

test('a call that did not go one way leaves that pair open, and a forecast its own', (t) => {
  const met = { wanted: 2, met: 2, unmet: [] };
  t.deepEqual(unmetMeetings({ predictions: [], crossing: met, unseenPairs: [] }), []);
  const missed = [{ operation: 'POST stacks', from: 'base', to: 'target' } as const];
  const crossing = { wanted: 2, met: 1, unmet: missed };
  const open = unmetMeetings({ predictions: [], crossing, unseenPairs: [] });
  t.deepEqual(open.map(meetingName), ['api of base to engine of target']);
  const pairs = [{ sender: 'engine', from: 'target', to: 'base' } as const];
  const forecast = { ...FORECAST, pairs };
  const foreseen = unmetMeetings({ predictions: [forecast], crossing: met, unseenPairs: [] });
  t.deepEqual(foreseen.map(meetingName), ['engine of target to engine of base']);
  for (const known of [{ met: 3 }, { cameTrue: true }]) {
    const predictions = [{ ...forecast, ...known }];
    t.deepEqual(unmetMeetings({ predictions, crossing: met, unseenPairs: [] }), []);
  }
});

test('a roll that is drawn for a pair holds the state in which it meets until calls have crossed', async (t) => {
  const shared = await prepare({
    name: 'shared',
    base: '2026.1',
    target: '2026.2',
    topology: '2x2',
    seed: 1,
  });
  const input = { ...scenarioInput(shared), topology: shared.topology };
  for (const meeting of MEETINGS) {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { plan } = await legalRoll({ seed, meeting }, input, prepare);
      t.deepEqual(validatePlan(plan), []);
      const holds = plan.stages
        .flatMap(({ steps }) => steps)
        .filter((step) => step.kind === 'hold' && step.crossingSeconds !== undefined);
      const held = holds.flatMap((step) => (step.kind === 'hold' ? (step.meetings ?? []) : []));
      t.true(
        held.map(meetingName).includes(meetingName(meeting)),
        `${seed} ${meetingName(meeting)}`,
      );
    }
  }
});

const FORECAST = {
  id: 'rpc-version',
  title: 'refused',
  severity: 'blocking',
  avoided: true,
  avoidedSince: null,
  met: 0,
  method: null,
  metBy: [],
  cameTrue: false,
  causes: [],
} as const satisfies Partial<Verdict['predictions'][number]>;

const drawn = async (seed: number): Promise<ScenarioInput> => {
  const { topology } = await explored(seed);
  const common = { load: { workload: { rate: 0.4, kinds: ['hold', 'long'] } } };
  return randomRoll(seed, { base: '2026.1', target: '2026.2', topology, common });
};

test('every shrunk roll is smaller, so shrinking ends', async (t) => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const scenario = await drawn(seed);
      for (const candidate of smaller(scenario)) t.true(sizeOf(candidate) < sizeOf(scenario));
    }),
    { numRuns: 20 },
  );
});

test('shrinking keeps only what the failure needs', async (t) => {
  const needs = ({ load }: ScenarioInput): boolean =>
    load?.workload?.kinds?.includes('long') === true;
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const { scenario } = await shrink({
        scenario: await drawn(seed),
        legal: () => Promise.resolve(true),
        fails: (candidate) => Promise.resolve(needs(candidate)),
        mostRuns: 1000,
      });
      t.deepEqual(scenario.load?.workload?.kinds, ['long']);
      t.deepEqual(scenario.faults, []);
      t.true((scenario.load?.workload?.rate ?? 1) < 0.1);
      t.is(typeof scenario.choreography === 'object' ? scenario.choreography.stages.length : 0, 1);
    }),
    { numRuns: 10 },
  );
});

test('shrinking runs no more often than its limit', async (t) => {
  let runs = 0;
  const { runs: reported } = await shrink({
    scenario: await drawn(3),
    legal: () => Promise.resolve(true),
    fails: () => {
      runs += 1;
      return Promise.resolve(true);
    },
    mostRuns: 4,
  });
  t.is(reported, 4);
  t.is(reported, 4);
});

test('a chain is drawn hop by hop, and each begins where the one before ended', async (t) => {
  const catalogue = await loadCatalogue();
  const path = ['2025.1', '2026.1', '2026.2'];
  const shared = await prepare({ name: 's', base: '2025.1', target: '2026.2', seed: 1 });
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const hops = await prepareHops(path, ({ base, target, index, standing }) => {
        const topology = standing?.topology ?? shared.topology;
        const input = { ...scenarioInput(shared), base, target, topology };
        return legalRoll({ seed, hop: index }, input, (scenario) =>
          preparePlan({ scenario, standing, shape: heatShape, catalogue }),
        );
      });
      t.deepEqual(
        hops.map(({ plan }) => [plan.base.series, plan.target.series]),
        [
          ['2025.1', '2026.1'],
          ['2026.1', '2026.2'],
        ],
      );
      for (const { plan } of hops) t.deepEqual(validatePlan(plan), []);
      t.is(hops[1]?.plan.baseVhost, standingAfter(hops[0]?.plan ?? t.fail()).vhost);
    }),
    { numRuns: 25 },
  );
});
