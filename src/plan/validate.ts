import { RollgateError } from '../errors.ts';
import { sameRelease, type Side } from '../scenario/release.ts';
import { instanceName, type ServiceInstance } from '../scenario/topology.ts';
import type { Plan, Step } from './plan.ts';
import { walkSteps } from './walk.ts';
import { BASE_VHOST } from './vhost.ts';

/**
 * The plan itself, if it can be carried out.
 *
 * @throws RollgateError `invalid-plan` with a line for each thing that is wrong.
 */
export function checkPlan(plan: Plan): Plan {
  const problems = validatePlan(plan);
  if (problems.length === 0) return plan;
  throw new RollgateError(
    'invalid-plan',
    `the plan cannot be carried out\n${problems.join('\n')}`,
    {
      kind: 'usage',
      hint: 'Nothing was started. Choose another choreography or topology.',
    },
  );
}

/**
 * What is wrong in a plan, found by going through it with nothing but the states of the services:
 * one line each, empty for a plan that can be carried out. Steps side by side are taken in the
 * order in which they are written.
 */
export function validatePlan(plan: Plan): readonly string[] {
  const lab = new PaperLab(plan);
  for (const step of walkSteps(plan)) lab.carryOut(step);
  lab.end();
  return lab.problems;
}

/** A lab on paper: what runs, on which schema, and what was done that cannot be. */
class PaperLab {
  readonly problems: string[] = [];
  readonly #running = new Map<string, Side | undefined>();
  readonly #vhosts = new Set([BASE_VHOST]);
  #synced: boolean;

  constructor(plan: Plan) {
    this.#synced = sameRelease(plan.base, plan.target);
    for (const instance of plan.topology.nodes.flatMap(({ services }) => services)) {
      this.#running.set(instanceName(instance), 'base');
    }
  }

  carryOut(step: Step): void {
    switch (step.kind) {
      case 'db-sync':
        if (step.side === 'target') this.#synced = true;
        break;
      case 'create-vhost':
        if (this.#vhosts.has(step.vhost))
          this.#report(step, `the vhost ${step.vhost} exists already`);
        this.#vhosts.add(step.vhost);
        break;
      case 'stop':
        if (this.#exists(step, step.target)) this.#stop(step, step.target);
        break;
      case 'start':
        if (this.#exists(step, step.target)) this.#start(step, step);
        break;
      case 'swap':
        if (this.#exists(step, step.target)) {
          this.#stop(step, step.target);
          this.#start(step, step);
        }
        break;
      case 'await-quiet-queues':
        this.#needVhost(step, step.vhost);
        break;
      case 'fault':
        if ('target' in step) this.#exists(step, step.target);
        break;
      case 'start-load':
      case 'stop-workload':
      case 'hold':
      case 'settle':
      case 'stop-load':
      case 'together':
        break;
    }
  }

  end(): void {
    // A plan that swaps nothing at all means to: see the choreography `none`.
    const untouched = [...this.#running.values()].every((side) => side === 'base');
    if (untouched) return;
    for (const [name, side] of this.#running) {
      if (side === undefined) this.problems.push(`at the end: ${name} does not run`);
      else if (side !== 'target')
        this.problems.push(`at the end: ${name} was never brought to the target`);
    }
  }

  #exists(step: Step, target: ServiceInstance): boolean {
    const name = instanceName(target);
    if (this.#running.has(name)) return true;
    const nodes = new Set([...this.#running.keys()].map((known) => known.split('/')[0]));
    this.#report(
      step,
      nodes.has(target.node)
        ? `there is no service ${target.service} on node ${target.node}`
        : `there is no node ${target.node}`,
    );
    return false;
  }

  #stop(step: Step, target: ServiceInstance): void {
    const name = instanceName(target);
    if (this.#running.get(name) === undefined)
      this.#report(step, `${name} does not run, it cannot be stopped`);
    this.#running.set(name, undefined);
  }

  #start(
    step: Step,
    to: { readonly target: ServiceInstance; readonly side: Side; readonly vhost: string },
  ): void {
    const name = instanceName(to.target);
    if (this.#running.get(name) !== undefined)
      this.#report(step, `${name} runs already, it would be started twice`);
    if (to.side === 'target' && !this.#synced) {
      this.#report(
        step,
        `${name} would start at the target before the schema was synced with its code`,
      );
    }
    this.#needVhost(step, to.vhost);
    this.#running.set(name, to.side);
  }

  #needVhost(step: Step, vhost: string): void {
    if (!this.#vhosts.has(vhost)) this.#report(step, `the vhost ${vhost} was not created`);
  }

  #report({ id }: Step, what: string): void {
    this.problems.push(`step ${id}: ${what}`);
  }
}
