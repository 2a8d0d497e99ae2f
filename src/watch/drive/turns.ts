import { RollgateError } from '../../errors.ts';
import type { Plan, Stage, Step } from '../../plan/plan.ts';
import type { ReleaseRef, Side } from '../../release/release.ts';
import {
  instanceName,
  type ServiceInstance,
  servicesOf,
} from '../../scenario/topology/topology.ts';

/** One thing that the deployer is asked to do. */
export interface Deed {
  /** The plan's step. */
  readonly step: string;
  /** One line for a person. */
  readonly name: string;
  /** As in the plan: `db-sync`, `swap`, `drain`, … */
  readonly kind: string;
  readonly node?: string;
  readonly service?: string;
  /** The release that it moves to, or whose code it uses. */
  readonly release?: ReleaseRef;
  readonly side?: Side;
  /** The broker vhost that it is about. */
  readonly vhost?: string;
}

/** The next turn: deeds side by side, or a time in which nothing is done. */
export type Turn =
  | {
      readonly kind: 'deeds';
      readonly stage: string;
      readonly deeds: readonly Deed[];
      /**
       * Kinds of services that are all out of service after the deed, because the plan wants it so.
       */
      readonly away: readonly string[];
      /** APIs that it brings into service: the load has to meet them. */
      readonly meets: readonly ServiceInstance[];
    }
  | {
      readonly kind: 'hold';
      readonly stage: string;
      readonly name: string;
      readonly seconds: number;
    };

type Plain = Exclude<Step, { readonly kind: 'together' }>;

/**
 * The turns of a deployer, in the plan's order, up to the end of the upgrade. The plan's effects on
 * the load are the gate's own matter.
 *
 * @throws RollgateError `not-drivable` for steps that only a lab can take: faults, checks, a
 * script.
 */
export function turnsOf(plan: Plan): readonly Turn[] {
  const services = new InService(plan);
  const turns: Turn[] = [];
  for (const stage of plan.stages) {
    for (const step of stage.steps) {
      if (step.kind === 'release' || step.kind === 'stop-workload') return turns;
      turns.push(...turnOf(step, stage, plan, services));
    }
  }
  return turns;
}

function turnOf(
  step: Step,
  { name: stage }: Stage,
  plan: Plan,
  services: InService,
): readonly Turn[] {
  if (step.kind === 'start-load') return [];
  if (step.kind === 'hold') {
    const { seconds } = step;
    return [{ kind: 'hold', stage, name: `let the load run for ${seconds} s`, seconds }];
  }
  const steps = plainSteps(step);
  const deeds = steps.map((one) => deedOf(one, plan));
  const before = services.apis;
  for (const one of steps) services.carryOut(one);
  const begun = new Set(
    steps.flatMap((one) => ('target' in one ? [instanceName(one.target)] : [])),
  );
  const meets = services.apis.filter(
    (api) => begun.has(instanceName(api)) && (!before.includes(api) || changes(steps)),
  );
  return [{ kind: 'deeds', stage, deeds, away: services.away, meets }];
}

function changes(steps: readonly Plain[]): boolean {
  return steps.some(({ kind }) => kind === 'swap' || kind === 'move-api');
}

function plainSteps(step: Step): readonly Plain[] {
  return step.kind === 'together' ? step.steps.flatMap(plainSteps) : [step];
}

function deedOf(step: Plain, plan: Plan): Deed {
  const { id, name, kind } = step;
  const common = { step: id, name, kind };
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
      return { ...common, service: step.service };
    case 'fault':
    case 'check':
    case 'script':
    case 'start-load':
    case 'release':
    case 'stop-workload':
    case 'hold':
    case 'settle':
    case 'revive':
    case 'stop-load':
      throw new RollgateError(
        'not-drivable',
        `step ${id}, ${name}, takes a lab of rollgate's own`,
        {
          kind: 'usage',
          hint: 'Take a scenario without faults, checkpoints and script, or upgrade a lab: rollgate run.',
        },
      );
    default:
      return step satisfies never;
  }
}

function placeOf({ node, service }: ServiceInstance) {
  return { node, service };
}

/** Which services the plan leaves in service, step by step. */
class InService {
  readonly #all: readonly ServiceInstance[];
  readonly #running: Set<string>;
  readonly #drained = new Set<string>();

  constructor({ topology }: Plan) {
    this.#all = servicesOf(topology);
    this.#running = new Set(this.#all.map(instanceName));
  }

  carryOut(step: Plain): void {
    if (!('target' in step)) return;
    const name = instanceName(step.target);
    if (step.kind === 'stop') this.#running.delete(name);
    else if (step.kind === 'start') this.#running.add(name);
    else if (step.kind === 'drain') this.#drained.add(name);
    else if (step.kind === 'undrain') this.#drained.delete(name);
  }

  get apis(): readonly ServiceInstance[] {
    return this.#all.filter((one) => one.role === 'api' && this.#has(one));
  }

  /** Kinds without any. */
  get away(): readonly string[] {
    return [...Map.groupBy(this.#all, ({ kind }) => kind)].flatMap(([kind, own]) =>
      own.some((one) => this.#has(one)) ? [] : [kind],
    );
  }

  #has(one: ServiceInstance): boolean {
    const name = instanceName(one);
    return this.#running.has(name) && !this.#drained.has(name);
  }
}
