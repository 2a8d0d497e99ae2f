import { backlogStays } from '../../plan/choreographies/parts/gentle-stop.ts';
import { mergeConfig } from '../../scenario/config.ts';
import type { ScenarioInput, StageInput, StepInput } from '../../scenario/schema.ts';
import {
  instanceName,
  type SubjectShape,
  type Topology,
  servicesOf,
} from '../../scenario/topology/topology.ts';
import { candidatesOf, kindsOf, type Candidate, type ServiceKind } from './candidates.ts';

/** An order of the kinds of services, each in turn or all of the kind at once. */
export interface OrderRoll {
  readonly order: readonly ServiceKind[];
  readonly atOnce: readonly ServiceKind[];
}

/** Two rolls that differ in one order, and in as little else as possible. */
export interface OrderTrial {
  readonly breaking: OrderRoll;
  readonly keeping: OrderRoll;
}

/** How long a mixed state may last until every call crossed it. */
const CROSSING_SECONDS = 20;

/** Every order of the kinds, with the engines of a kind in turn and at once. */
export function orderRolls(topology: Topology): readonly OrderRoll[] {
  const kinds = kindsOf(topology);
  const several = kinds.filter(({ role, count }) => role === 'engine' && count > 1);
  return permutations(kinds).flatMap((order) =>
    subsets(several).map((atOnce) => ({ order, atOnce })),
  );
}

/**
 * The scenario of a roll on one vhost. Only the order may do harm: apis are drained, engines stop
 * without work, and unstarted messages stay with the broker.
 */
export function scenarioOf(
  { order, atOnce }: OrderRoll,
  scenario: ScenarioInput,
  { topology, shape, candidates }: RollSurroundings,
): ScenarioInput {
  const { load, durations, config = {}, script: _, ...rest } = scenario;
  const mixed: StepInput = {
    step: 'hold',
    seconds: durations?.mixedSeconds ?? 5,
    crossingSeconds: CROSSING_SECONDS,
  };
  const stages = order.map((kind, index): StageInput => {
    const on = namesOf(kind, topology);
    const once = atOnce.includes(kind);
    const steps = once ? swapAtOnce(on) : swapInTurn(kind, on, mixed);
    const last = index === order.length - 1;
    return {
      name: once ? `every ${kind.name} at once` : kind.name,
      steps: [...steps, ...(last ? [] : [mixed])],
    };
  });
  const name = rollName({ order, atOnce });
  return {
    ...rest,
    ...(durations && { durations }),
    faults: [],
    checkpoints: {},
    name,
    require: [],
    thresholds: {},
    rules: candidates.map(({ rule: { name: own, no, while: beside, sameVhost = false } }) => ({
      name: own,
      no: { ...no },
      ...(beside && { while: { ...beside } }),
      sameVhost,
    })),
    load: { ...load, workload: { restAtStops: true, ...load?.workload } },
    config: mergeConfig(backlogStays(shape), config),
    choreography: { name, stages: [{ name: 'schema', steps: [{ step: 'db-sync' }] }, ...stages] },
  };
}

export interface RollSurroundings {
  readonly topology: Topology;
  readonly shape: SubjectShape;
  readonly candidates: readonly Candidate[];
}

/** E.g. `heat-engine-at-once.heat-api`. */
export function rollName({ order, atOnce }: OrderRoll): string {
  return order
    .map((kind) => (atOnce.includes(kind) ? `${kind.name}-at-once` : kind.name))
    .join('.');
}

function namesOf(kind: ServiceKind, { nodes }: Topology): readonly string[] {
  const services = servicesOf({ nodes });
  return services.filter((service) => service.kind === kind.name).map(instanceName);
}

function swapInTurn(
  { role }: ServiceKind,
  on: readonly string[],
  mixed: StepInput,
): readonly StepInput[] {
  return on.flatMap((name, index): readonly StepInput[] => {
    const swap: StepInput = { step: 'swap', on: name };
    if (role === 'api') return [{ step: 'drain', on: name }, swap, { step: 'undrain', on: name }];
    return index === 0 && on.length > 1 ? [swap, mixed] : [swap];
  });
}

function swapAtOnce(on: readonly string[]): readonly StepInput[] {
  return [
    { step: 'together', steps: on.map((name) => ({ step: 'stop', on: name })) },
    { step: 'together', steps: on.map((name) => ({ step: 'start', on: name })) },
  ];
}

/** Names of the candidates that a roll breaks. */
export function brokenCandidates(
  { order, atOnce }: OrderRoll,
  candidates: readonly Candidate[],
): ReadonlySet<string> {
  const place = (name: string | undefined): number => order.findIndex((kind) => kind.name === name);
  const broken = candidates.filter(({ rule }) => {
    const [first, then] = [rule.while?.service, rule.no.service];
    if (first === then) return atOnce.every(({ name }) => name !== then);
    return place(then) < place(first);
  });
  return new Set(broken.map(({ rule }) => rule.name));
}

/**
 * Two rolls that show the effect of an order: one breaks it, one keeps it. Both break as few of the
 * known necessary orders as possible, and otherwise the same orders if possible.
 *
 * @returns `undefined` if no roll of the topology breaks or keeps it.
 */
export function trialOf(
  { rule }: Candidate,
  { topology, necessary }: { readonly topology: Topology; readonly necessary: readonly string[] },
): OrderTrial | undefined {
  const candidates = candidatesOf(topology);
  const rolls = orderRolls(topology).map((roll) => ({
    roll,
    breaks: brokenCandidates(roll, candidates),
  }));
  const other = (name: string): boolean => name !== rule.name;
  const known = (breaks: ReadonlySet<string>): number =>
    [...breaks].filter((name) => other(name) && necessary.includes(name)).length;
  const breaking = cheapest(
    rolls.filter(({ breaks }) => breaks.has(rule.name)),
    ({ breaks }) => [known(breaks), breaks.size],
  );
  if (breaking === undefined) return undefined;
  const keeping = cheapest(
    rolls.filter(({ breaks }) => !breaks.has(rule.name)),
    ({ breaks }) => {
      const different = [...breaks, ...breaking.breaks].filter(
        (name) => other(name) && breaks.has(name) !== breaking.breaks.has(name),
      );
      return [known(breaks), different.length, breaks.size];
    },
  );
  return keeping && { breaking: breaking.roll, keeping: keeping.roll };
}

/** The item with the lowest costs, compared from left to right; among equals the first. */
function cheapest<Item>(
  items: readonly Item[],
  costOf: (item: Item) => readonly number[],
): Item | undefined {
  return items
    .map((item) => ({ item, cost: costOf(item) }))
    .toSorted((a, b) => compare(a.cost, b.cost))[0]?.item;
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((number, at) => number !== other[at]);
  return index === -1 ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
}

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

function subsets<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}
