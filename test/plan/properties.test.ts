import test from 'ava';
import * as fc from 'fast-check';
import { CHOREOGRAPHY_NAMES } from '../../src/plan/choreographies/registry.ts';
import { validatePlan } from '../../src/plan/paper/validate.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { renderPlan } from '../../src/plan/render/render.ts';
import { walkSteps } from '../../src/plan/walk.ts';
import { SCRIPT } from '../../src/scenario/own-files/script.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { instanceName } from '../../src/scenario/topology/topology.ts';
import { planned } from './planned.ts';

/** The actions of a script are not known in advance. */
const ORDERED = CHOREOGRAPHY_NAMES.filter((name) => name !== SCRIPT);

const count = fc.integer({ min: 1, max: 3 });
const service = (name: string) => count.map((times) => ({ name, count: times }));
const services = fc
  .tuple(
    fc.option(service('heat-api')),
    fc.option(service('heat-api-cfn')),
    fc.option(service('heat-engine')),
  )
  .map((listed) => listed.filter((entry) => entry !== null))
  .filter((listed) => listed.length > 0);

/** Topologies that have an api and an engine somewhere. */
const topology = fc
  .array(services, { minLength: 1, maxLength: 6 })
  .filter((nodes) => {
    const names = new Set(nodes.flat().map(({ name }) => name));
    return names.has('heat-api') && names.has('heat-engine');
  })
  .map((nodes) => ({
    name: 'random',
    nodes: nodes.map((listed, index) => ({ name: `n${index}`, services: listed })),
  }));

/** On any topology, so also on those where all apis are on one node: these may be away. */
const scenario: fc.Arbitrary<Partial<ScenarioInput>> = fc.record({
  topology,
  choreography: fc.constantFrom(...ORDERED),
  base: fc.constant('2026.1'),
  target: fc.constantFrom('2026.1', '2026.2'),
  seed: fc.nat(),
  require: fc.constant(['supports-upgrade'] as const).map((tags) => [...tags]),
});

const holds = test.macro({
  title: (what) => `of every plan: ${what}`,
  exec: async (
    t,
    property: (plan: Plan, input: Partial<ScenarioInput>) => Promise<void> | void,
  ) => {
    await fc.assert(
      fc.asyncProperty(scenario, async (input) => {
        await property(await planned(input), input);
      }),
      { numRuns: 40 },
    );
    t.pass();
  },
});

const BRINGS: ReadonlySet<string> = new Set(['swap', 'start', 'surge']);

function starts(plan: Plan): readonly string[] {
  return [...walkSteps(plan)].flatMap((step) =>
    BRINGS.has(step.kind) && 'side' in step && 'target' in step && step.side === 'target'
      ? [instanceName(step.target)]
      : [],
  );
}

function same(actual: readonly unknown[], expected: readonly unknown[]): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${left} is not ${right}`);
}

test('every service is brought to the target exactly once', holds, (plan) => {
  if (plan.choreography === 'none') return same(starts(plan), []);
  const all = plan.topology.nodes.flatMap((node) => node.services.map(instanceName));
  same(starts(plan).toSorted(), all.toSorted());
});

test('ids are unique', holds, (plan) => {
  const ids = [...walkSteps(plan)].map(({ id }) => id);
  same([...new Set(ids)], ids);
});

test('the plan can be carried out', holds, (plan) => same(validatePlan(plan), []));

test('the printed tree names every step once, and its numbers rise', holds, (plan) => {
  const printed = renderPlan(plan).split('\n\n')[1]?.split('\n') ?? [];
  const ids = printed.flatMap((line) => /^[│├└─ ]+([\d.]+) /.exec(line)?.[1] ?? []);
  const steps = [...walkSteps(plan)];
  same(
    ids,
    steps.map(({ id }) => id),
  );
  same(
    ids.toSorted((one, other) => rank(one).localeCompare(rank(other))),
    ids,
  );
  for (const { id, name } of steps) {
    same([printed.filter((line) => line.endsWith(` ${id} ${name}`)).length], [1]);
  }
});

/** `3.10` comes after `3.9`. */
function rank(id: string): string {
  return id
    .split('.')
    .map((part) => part.padStart(6, '0'))
    .join('.');
}

for (const topology of ['1x1', '2x2', '3x3', '2x2-cfn']) {
  for (const choreography of ORDERED) {
    test(`${choreography} on ${topology} can be planned, whatever it has to prove`, async (t) => {
      t.deepEqual(
        validatePlan(await planned({ topology, choreography, base: '2026.1', target: '2026.2' })),
        [],
      );
    });
  }
}

test('the same scenario and seed give the same plan', holds, async (plan, input) =>
  same([await planned(input)], [plan]),
);

test('load starts first and stops last, and everything settles in between', holds, (plan) => {
  const kinds = [...walkSteps(plan)].map(({ kind }) => kind);
  same([kinds[0], ...kinds.slice(-3)], ['start-load', 'stop-workload', 'settle', 'stop-load']);
});

test('by the guide, every API is swapped before the last engine', holds, (plan) => {
  if (plan.choreography !== 'guide') return;
  const swapped = starts(plan);
  const apis = swapped.filter((name) => name.includes('heat-api'));
  same([swapped.at(-1)?.includes('heat-engine')], [true]);
  same(swapped.slice(-1 - apis.length, -1), apis);
});
