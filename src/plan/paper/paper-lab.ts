import { sameRelease, type Side } from '../../release/release.ts';
import {
  instanceName,
  successorOf,
  type ServiceInstance,
} from '../../scenario/topology/topology.ts';
import type { Plan, Step } from '../plan.ts';
import { walkStep } from '../walk.ts';

/** A lab on paper: what runs, on which schema, who is in rotation, and what was done that cannot be. */
export class PaperLab {
  readonly problems: string[] = [];
  readonly #running = new Map<string, Side | undefined>();
  /** Every api, by its name. */
  readonly #apis = new Map<string, ServiceInstance>();
  readonly #drained = new Set<string>();
  readonly #vhosts: Set<string>;
  readonly #apisMayBeAway: boolean;
  #synced: boolean;

  /** @param vhosts Those that the broker has besides the one that the plan begins on. */
  constructor(plan: Plan, vhosts: readonly string[]) {
    this.#synced = sameRelease(plan.base, plan.target);
    this.#vhosts = new Set([...vhosts, plan.baseVhost]);
    this.#apisMayBeAway = plan.apisMayBeAway;
    for (const instance of plan.topology.nodes.flatMap(({ services }) => services)) {
      this.#running.set(instanceName(instance), 'base');
      if (instance.role === 'api') this.#apis.set(instanceName(instance), instance);
    }
  }

  /** Carries out a step and those within it, in the order in which they are written. */
  carryOut(step: Step): void {
    if (!this.#apisMayBeAway) this.#lookForApis(step);
    for (const each of walkStep(step)) this.#carryOutOne(each);
  }

  end(): void {
    for (const name of this.#drained) {
      this.problems.push(`at the end: ${name} is not in rotation`);
    }
    // A plan that swaps nothing at all means to: see the choreography `none`.
    const untouched = [...this.#running.values()].every((side) => side === 'base');
    if (untouched) return;
    for (const [name, side] of this.#running) {
      if (side === undefined && this.#replaced(name)) continue;
      if (side === undefined) this.problems.push(`at the end: ${name} does not run`);
      else if (side !== 'target')
        this.problems.push(`at the end: ${name} was never brought to the target`);
    }
  }

  #carryOutOne(step: Step): void {
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
        if (this.#exists(step, step.target)) this.#start(step, step.target, step);
        break;
      case 'swap':
        if (this.#exists(step, step.target)) {
          this.#stop(step, step.target);
          this.#start(step, step.target, step);
        }
        break;
      case 'surge':
        if (this.#runs(step, step.target, 'engine'))
          this.#start(step, successorOf(step.target), step);
        break;
      case 'drain':
        if (this.#runs(step, step.target, 'api')) this.#drain(step, step.target);
        break;
      case 'undrain':
        if (this.#runs(step, step.target, 'api')) this.#undrain(step, step.target);
        break;
      case 'move-api':
        if (this.#runs(step, step.target, 'api')) this.#needVhost(step, step.vhost);
        break;
      case 'quiesce':
        this.#needVhost(step, step.vhost);
        break;
      case 'fault':
        if ('target' in step) this.#exists(step, step.target);
        break;
      case 'set-options':
      case 'check':
      case 'script':
      case 'start-load':
      case 'release':
      case 'stop-workload':
      case 'hold':
      case 'settle':
      case 'revive':
      case 'stop-load':
      case 'together':
        break;
      default:
        step satisfies never;
    }
  }

  /** An api that has company must not be taken away together with the last of it. */
  #lookForApis(step: Step): void {
    const taken = new Set(
      [...walkStep(step)].flatMap((each) =>
        each.kind === 'stop' || each.kind === 'swap' || each.kind === 'drain'
          ? [instanceName(each.target)]
          : [],
      ),
    );
    const serving = (name: string): boolean =>
      this.#running.get(name) !== undefined && !this.#drained.has(name);
    for (const [kind, apis] of Map.groupBy(this.#apis.entries(), ([, api]) => api.kind)) {
      const names = apis.map(([name]) => name);
      const before = names.filter(serving);
      if (names.length === 1 || before.length === 0) continue;
      if (before.every((name) => taken.has(name)))
        this.#report(step, `no ${kind} would be in rotation`);
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

  #runs(step: Step, target: ServiceInstance, role: ServiceInstance['role']): boolean {
    if (!this.#exists(step, target)) return false;
    const name = instanceName(target);
    if (target.role !== role) {
      this.#report(step, `${name} is an ${target.role}, and this is done to an ${role}`);
      return false;
    }
    if (this.#running.get(name) !== undefined) return true;
    this.#report(step, `${name} does not run`);
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
    target: ServiceInstance,
    to: { readonly side: Side; readonly vhost: string },
  ): void {
    const name = instanceName(target);
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

  #drain(step: Step, target: ServiceInstance): void {
    const name = instanceName(target);
    if (this.#drained.has(name)) this.#report(step, `${name} is out of rotation already`);
    this.#drained.add(name);
  }

  #undrain(step: Step, target: ServiceInstance): void {
    const name = instanceName(target);
    if (!this.#drained.delete(name)) this.#report(step, `${name} is in rotation already`);
  }

  /** Whether another runs in its place. */
  #replaced(name: string): boolean {
    return this.#running.get(`${name}.next`) !== undefined;
  }

  #needVhost(step: Step, vhost: string): void {
    if (!this.#vhosts.has(vhost)) this.#report(step, `the vhost ${vhost} was not created`);
  }

  #report({ id, place }: Step, what: string): void {
    this.problems.push(`${place ?? `step ${id}`}: ${what}`);
  }
}
