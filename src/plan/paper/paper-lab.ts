import { sameRelease, type Side } from '../../release/release.ts';
import {
  instanceName,
  readInstanceName,
  successorOf,
  type InstanceName,
  type ServiceInstance,
} from '../../scenario/topology/topology.ts';
import type { Plan, Step } from '../plan.ts';
import { walkStep } from '../walk.ts';
import { apply, inPlaceOf, labAtBase, type LabState } from './lab-state.ts';

/** Goes through a plan on paper, and collects the steps that cannot be carried out. */
export class PaperLab {
  readonly problems: string[] = [];
  /** Every api, by its name. */
  readonly #apis: ReadonlyMap<InstanceName, ServiceInstance>;
  readonly #apisMayBeAway: boolean;
  #state: LabState;

  /** @param vhosts The broker's vhosts besides the first one of the plan. */
  constructor(plan: Plan, vhosts: readonly string[]) {
    const { topology, baseVhost, base, target } = plan;
    const state = labAtBase(topology, baseVhost);
    this.#state = {
      ...state,
      vhosts: new Set([...vhosts, baseVhost]),
      synced: sameRelease(base, target),
    };
    this.#apisMayBeAway = plan.apisMayBeAway;
    this.#apis = new Map(
      [...state.running].flatMap(([name, { instance }]) =>
        instance.role === 'api' ? [[name, instance] as const] : [],
      ),
    );
  }

  /** Carries out a step and those within it, in the order in which they are written. */
  carryOut(step: Step): void {
    if (!this.#apisMayBeAway) this.#lookForApis(step);
    for (const each of walkStep(step)) {
      if (each.kind === 'together') continue;
      if (this.#check(each)) this.#state = apply(this.#state, each);
    }
  }

  end(): void {
    const { running, known, drained } = this.#state;
    for (const name of drained) this.problems.push(`at the end: ${name} is not in rotation`);
    // A plan that swaps nothing at all means to: see the choreography `none`.
    const untouched = [...known].every((name) => running.get(name)?.side === 'base');
    if (untouched) return;
    for (const name of known) {
      const side = running.get(name)?.side;
      if (side === undefined && inPlaceOf(this.#state, name) !== undefined) continue;
      if (side === undefined) this.problems.push(`at the end: ${name} does not run`);
      else if (side !== 'target') {
        this.problems.push(`at the end: ${name} was never brought to the target`);
      }
    }
  }

  /** @returns Whether there is something that the step can be done to. */
  #check(step: Exclude<Step, { readonly kind: 'together' }>): boolean {
    switch (step.kind) {
      case 'create-vhost':
        if (this.#state.vhosts.has(step.vhost)) {
          this.#report(step, `the vhost ${step.vhost} exists already`);
        }
        return true;
      case 'stop':
        if (!this.#exists(step, step.target)) return false;
        this.#checkStop(step, step.target);
        return true;
      case 'start':
        if (!this.#exists(step, step.target)) return false;
        this.#checkIdle(step, step.target);
        this.#checkStart(step, step.target, step);
        return true;
      case 'swap':
        if (!this.#exists(step, step.target)) return false;
        this.#checkStop(step, step.target);
        this.#checkStart(step, step.target, step);
        return true;
      case 'surge':
        if (!this.#runs(step, step.target, 'engine')) return false;
        this.#checkIdle(step, successorOf(step.target));
        this.#checkStart(step, successorOf(step.target), step);
        return true;
      case 'drain':
        if (!this.#runs(step, step.target, 'api')) return false;
        if (this.#isDrained(step.target)) {
          this.#report(step, `${instanceName(step.target)} is out of rotation already`);
        }
        return true;
      case 'undrain':
        if (!this.#runs(step, step.target, 'api')) return false;
        if (!this.#isDrained(step.target)) {
          this.#report(step, `${instanceName(step.target)} is in rotation already`);
        }
        return true;
      case 'move-api':
        if (!this.#runs(step, step.target, 'api')) return false;
        this.#needVhost(step, step.vhost);
        return true;
      case 'quiesce':
        this.#needVhost(step, step.vhost);
        return true;
      case 'fault':
        return !('target' in step) || this.#exists(step, step.target);
      case 'db-sync':
      case 'migrate-data':
      case 'pin':
      case 'unpin':
      case 'set-options':
      case 'swap-infrastructure':
      case 'check':
      case 'script':
      case 'start-load':
      case 'release':
      case 'stop-workload':
      case 'hold':
      case 'settle':
      case 'revive':
      case 'stop-load':
        return true;
      default:
        return step satisfies never;
    }
  }

  /** An api with others beside it must not be taken away together with the last of them. */
  #lookForApis(step: Step): void {
    const taken = new Set(
      [...walkStep(step)].flatMap((each) =>
        each.kind === 'stop' || each.kind === 'swap' || each.kind === 'drain'
          ? [instanceName(each.target)]
          : [],
      ),
    );
    const serving = (name: InstanceName): boolean =>
      this.#state.running.has(name) && !this.#state.drained.has(name);
    for (const [kind, apis] of Map.groupBy(this.#apis.entries(), ([, api]) => api.kind)) {
      const names = apis.map(([name]) => name);
      const before = names.filter(serving);
      if (names.length === 1 || before.length === 0) continue;
      if (before.every((name) => taken.has(name))) {
        this.#report(step, `no ${kind} would be in rotation`);
      }
    }
  }

  #exists(step: Step, target: ServiceInstance): boolean {
    const name = instanceName(target);
    if (this.#state.known.has(name)) return true;
    const nodes = new Set([...this.#state.known].map((known) => readInstanceName(known)?.node));
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
    if (this.#state.running.has(name)) return true;
    this.#report(step, `${name} does not run`);
    return false;
  }

  #checkStop(step: Step, target: ServiceInstance): void {
    const name = instanceName(target);
    if (!this.#state.running.has(name)) {
      this.#report(step, `${name} does not run, it cannot be stopped`);
    }
  }

  #checkIdle(step: Step, target: ServiceInstance): void {
    const name = instanceName(target);
    if (this.#state.running.has(name)) {
      this.#report(step, `${name} runs already, it would be started twice`);
    }
  }

  #checkStart(
    step: Step,
    target: ServiceInstance,
    { side, vhost }: { readonly side: Side; readonly vhost: string },
  ): void {
    if (side === 'target' && !this.#state.synced) {
      this.#report(
        step,
        `${instanceName(target)} would start at the target before the schema was synced with its code`,
      );
    }
    this.#needVhost(step, vhost);
  }

  #isDrained(target: ServiceInstance): boolean {
    return this.#state.drained.has(instanceName(target));
  }

  #needVhost(step: Step, vhost: string): void {
    if (!this.#state.vhosts.has(vhost)) this.#report(step, `the vhost ${vhost} was not created`);
  }

  #report({ id, place }: Step, what: string): void {
    this.problems.push(`${place ?? `step ${id}`}: ${what}`);
  }
}
