import { sameRelease } from '../../release/release.ts';
import { instanceName, servicesOf } from '../../scenario/topology/topology.ts';
import type { Plan } from '../plan.ts';
import type { Step } from '../step.ts';
import { singleSteps, walkStep } from '../walk.ts';
import { apply, inPlaceOf, isInRotation, labAtBase, type LabState } from './lab-state.ts';
import { obstaclesOf } from './obstacles.ts';

/** A simulation of steps with only the states of the services. */
export interface DryRun {
  /** The lab after them. */
  readonly state: LabState;
  /** Why some of them cannot be carried out, one line each. */
  readonly problems: readonly string[];
}

/**
 * Simulates steps, in the written order.
 *
 * @param vhosts The broker's vhosts besides the first one of the plan.
 */
export function dryRun(plan: Plan, steps: readonly Step[], vhosts: readonly string[]): DryRun {
  const { topology, baseVhost, base, target } = plan;
  const begin: DryRun = {
    state: {
      ...labAtBase(topology, baseVhost),
      vhosts: new Set([...vhosts, baseVhost]),
      synced: sameRelease(base, target),
    },
    problems: [],
  };
  return steps.reduce<DryRun>(({ state, problems }, step) => {
    const next = dryStep(plan, step, state);
    return { state: next.state, problems: [...problems, ...next.problems] };
  }, begin);
}

/** The next step, and the steps inside it. */
export function dryStep(plan: Plan, step: Step, before: LabState): DryRun {
  const problems = plan.apisMayBeAway ? [] : lastApis(plan, step, before);
  let state = before;
  for (const each of singleSteps(step)) {
    const obstacles = obstaclesOf(each, state);
    problems.push(...obstacles.problems.map((what) => reported(each, what)));
    if (obstacles.applies) state = apply(state, each);
  }
  return { state, problems };
}

/** If there are several apis, the last one in rotation must not be taken away. */
function lastApis({ topology }: Plan, step: Step, state: LabState): string[] {
  const taken = new Set(
    [...walkStep(step)].flatMap((each) =>
      each.kind === 'stop' || each.kind === 'swap' || each.kind === 'drain'
        ? [instanceName(each.target)]
        : [],
    ),
  );
  const byKind = Map.groupBy(servicesOf(topology, 'api'), ({ kind }) => kind);
  return [...byKind].flatMap(([kind, apis]) => {
    const before = apis.map(instanceName).filter((name) => isInRotation(state, name));
    return apis.length > 1 && before.length > 0 && before.every((name) => taken.has(name))
      ? [reported(step, `no ${kind} would be in rotation`)]
      : [];
  });
}

function reported({ id, place }: Step, what: string): string {
  return `${place ?? `step ${id}`}: ${what}`;
}

/** The missing parts at the end of an upgrade, one line each. */
export function leftUndone(state: LabState): readonly string[] {
  const { running, known, drained } = state;
  const outside = [...drained].map((name) => `at the end: ${name} is not in rotation`);
  // A plan that swaps nothing at all does so on purpose: see the choreography `none`.
  const untouched = [...known].every((name) => running.get(name)?.side === 'base');
  if (untouched) return outside;
  return [
    ...outside,
    ...[...known].flatMap((name) => {
      const side = running.get(name)?.side;
      if (side === 'target' || (side === undefined && inPlaceOf(state, name) !== undefined)) {
        return [];
      }
      return side === undefined
        ? [`at the end: ${name} does not run`]
        : [`at the end: ${name} was never brought to the target`];
    }),
  ];
}
