import { RollgateError } from '../errors.ts';
import { apply, labAtBase, type LabState } from '../plan/paper/lab-state.ts';
import type { Plan } from '../plan/plan.ts';
import { walkSteps } from '../plan/walk.ts';
import { preparePlan, type PlanRequest, type PreparedPlan, type Standing } from './prepare.ts';

/**
 * The plans of a chain of upgrades in one lab, N → N+1 → N+2: each begins where the previous one
 * ends. All come from one scenario and one seed; the scenario's base and target are ignored.
 *
 * @param path The releases, in the same form as `base` and `target`.
 * @throws RollgateError `invalid-option`, `invalid-plan`; see `preparePlan`.
 */
export function prepareChain(
  request: PlanRequest,
  path: readonly string[],
): Promise<readonly PreparedPlan[]> {
  return prepareHops(path, ({ base, target, standing, before }) => {
    const seed = before === undefined ? [] : [override('seed', before.seed)];
    const overrides = [
      ...(request.overrides ?? []),
      override('base', base),
      override('target', target),
      ...seed,
    ];
    return preparePlan({ ...request, overrides, standing });
  });
}

export interface Hop {
  readonly base: string;
  readonly target: string;
  /** From 0. */
  readonly index: number;
  /** The initial lab. Default: a lab of the scenario's topology. */
  readonly standing: Standing | undefined;
  readonly before: PreparedPlan | undefined;
}

/** The same, with the input of the plan of a hop. */
export async function prepareHops(
  path: readonly string[],
  prepare: (hop: Hop) => Promise<PreparedPlan>,
): Promise<readonly PreparedPlan[]> {
  if (path.length < 2) {
    throw new RollgateError('invalid-option', '--path: expected two releases or more', {
      kind: 'usage',
      hint: 'For example --path 2025.1,2026.1,2026.2',
    });
  }
  const hops: PreparedPlan[] = [];
  for (const [index, target] of path.slice(1).entries()) {
    const before = hops.at(-1);
    const standing = before === undefined ? undefined : standingAfter(before.plan);
    hops.push(await prepare({ base: path[index] ?? '', target, index, standing, before }));
  }
  return hops;
}

function override(key: string, value: unknown) {
  return { option: '--path', path: [key], value };
}

/**
 * The services after a plan, with release and vhost.
 *
 * @throws RollgateError `invalid-plan` if they are on several vhosts, or if that is unknown.
 */
export function standingAfter(plan: Plan): Standing {
  for (const { kind } of walkSteps(plan)) {
    if (kind === 'script') {
      throw notAHop(plan, 'the plan cannot know where a script leaves the services');
    }
  }
  const { running } = plan.stages
    .flatMap(({ steps }) => steps)
    .reduce<LabState>(apply, labAtBase(plan.topology, plan.baseVhost));
  const services = [...running.values()];
  const [vhost, ...others] = new Set(services.map((service) => service.vhost));
  if (vhost === undefined || others.length > 0) {
    const left = [vhost, ...others].filter((one) => one !== undefined);
    throw notAHop(plan, `it leaves services on ${left.join(' and ')}`);
  }
  const nodes = plan.topology.nodes.map(({ name }) => ({
    name,
    services: services
      .filter(({ instance }) => instance.node === name)
      .map(({ instance }) => instance),
  }));
  return { topology: { ...plan.topology, nodes }, vhost };
}

function notAHop({ choreography }: Plan, why: string): RollgateError {
  return new RollgateError('invalid-plan', `nothing can follow on ${choreography}: ${why}`, {
    kind: 'usage',
    hint: 'Choose another choreography, or upgrade once.',
  });
}
