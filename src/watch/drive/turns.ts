import { RollgateError } from '../../errors.ts';
import { apply, inPlaceOf, labAtBase, type LabState } from '../../plan/paper/lab-state.ts';
import type { Plan, Stage } from '../../plan/plan.ts';
import { isOfLoad, type SingleStep, type Step } from '../../plan/step.ts';
import { singleSteps } from '../../plan/walk.ts';
import type { ReleaseRef, Side } from '../../release/release.ts';
import {
  instanceName,
  type ServiceInstance,
  servicesOf,
} from '../../scenario/topology/topology.ts';

/** One task for the deployer. */
export interface Deed {
  /** The plan's step. */
  readonly step: string;
  /** One line for a person. */
  readonly name: string;
  /** As in the plan: `db-sync`, `swap`, `drain`, … */
  readonly kind: string;
  readonly node?: string;
  readonly service?: string;
  /** The new release, or the release whose code it uses. */
  readonly release?: ReleaseRef;
  readonly side?: Side;
  /** The broker vhost that it is about. */
  readonly vhost?: string;
}

/** The next turn: parallel deeds, or a pause. */
export type Turn =
  | {
      readonly kind: 'deeds';
      readonly stage: string;
      readonly deeds: readonly Deed[];
      /**
       * Kinds of services that the plan leaves completely out of service after the deed.
       */
      readonly away: readonly string[];
      /** APIs that it brings into service: the load must get an answer from each. */
      readonly meets: readonly ServiceInstance[];
    }
  | {
      readonly kind: 'hold';
      readonly stage: string;
      readonly name: string;
      readonly seconds: number;
    };

/**
 * The turns of a deployer, in the plan's order, up to the end of the upgrade. The gate itself
 * handles the plan's effects on the load.
 *
 * @throws RollgateError `not-drivable` for steps that only a lab can take: faults, checks, a
 * script.
 */
export function turnsOf(plan: Plan): readonly Turn[] {
  let state = labAtBase(plan.topology, plan.baseVhost);
  const turns: Turn[] = [];
  for (const stage of plan.stages) {
    for (const step of stage.steps) {
      if (step.kind === 'release' || step.kind === 'stop-workload') return turns;
      const after = apply(state, step);
      const states = { before: state, after };
      if (step.kind !== 'start-load') turns.push(turnOf(step, stage, plan, states));
      state = after;
    }
  }
  return turns;
}

function turnOf(
  step: Step,
  { name: stage }: Stage,
  plan: Plan,
  { before, after }: { readonly before: LabState; readonly after: LabState },
): Turn {
  if (step.kind === 'hold') {
    const { seconds } = step;
    return { kind: 'hold', stage, name: `let the load run for ${seconds} s`, seconds };
  }
  const steps = singleSteps(step);
  const deeds = steps.map((one) => deedOf(one, plan));
  const begun = new Set(
    steps.flatMap((one) => ('target' in one ? [instanceName(one.target)] : [])),
  );
  const meets = servicesOf(plan.topology, 'api').filter(
    (api) =>
      begun.has(instanceName(api)) &&
      isInService(api, after) &&
      (!isInService(api, before) || changes(steps)),
  );
  return { kind: 'deeds', stage, deeds, away: kindsAway(plan, after), meets };
}

function changes(steps: readonly SingleStep[]): boolean {
  return steps.some(({ kind }) => kind === 'swap' || kind === 'move-api' || kind === 'reload');
}

function deedOf(step: SingleStep, plan: Plan): Deed {
  const { id, name, kind } = step;
  const common = { step: id, name, kind };
  if (isOfLoad(step)) throw notDrivable(step);
  switch (step.kind) {
    case 'db-sync':
    case 'migrate-data':
      return { ...common, side: step.side, release: plan[step.side] };
    case 'create-vhost':
    case 'quiesce':
      return { ...common, vhost: step.vhost };
    case 'start':
    case 'swap':
    case 'surge': {
      const { target, side, vhost } = step;
      return { ...common, ...placeOf(target), side, release: plan[side], vhost };
    }
    case 'move-api':
    case 'reload':
      return { ...common, ...placeOf(step.target), vhost: step.vhost };
    case 'stop':
    case 'drain':
    case 'undrain':
      return { ...common, ...placeOf(step.target) };
    case 'pin':
    case 'unpin':
    case 'set-options':
      return common;
    case 'swap-infrastructure':
      return { ...common, service: step.server };
    case 'infrastructure-task':
      return { ...common, service: step.service };
    case 'fault':
    case 'check':
    case 'script':
      throw notDrivable(step);
    default:
      return step satisfies never;
  }
}

function notDrivable({ id, name }: SingleStep): RollgateError {
  return new RollgateError('not-drivable', `step ${id}, ${name}, takes a lab of rollgate's own`, {
    kind: 'usage',
    hint: 'Take a scenario without faults, checkpoints and script, or upgrade a lab: rollgate run.',
  });
}

function placeOf({ node, service }: ServiceInstance) {
  return { node, service };
}

/** Kinds without a running service in rotation. */
function kindsAway({ topology }: Plan, state: LabState): readonly string[] {
  const byKind = Map.groupBy(servicesOf(topology), ({ kind }) => kind);
  return [...byKind].flatMap(([kind, own]) =>
    own.some((one) => isInService(one, state)) ? [] : [kind],
  );
}

/** A successor that was started beside a service serves in its place. */
function isInService(one: ServiceInstance, state: LabState): boolean {
  const name = instanceName(one);
  return inPlaceOf(state, name) !== undefined && !state.drained.has(name);
}
