import type { HttpResult } from '../../../load/http/request.ts';
import type { ParsedAnswer } from '../../json-body.ts';
import {
  LifeOver,
  ObjectLifecycle,
  type LifecycleContext,
} from '../../workload/object-lifecycle.ts';
import type { IronicApi, NodeStatus } from '../api/api.ts';
import { randomAddress } from './address.ts';
import { POWER, TRANSITIONS, type NodeAction, type NodeKind } from './kinds.ts';

export interface NodeLifecycleOptions extends LifecycleContext {
  readonly kind: NodeKind;
  readonly api: IronicApi;
}

/** How long another lock may keep a node busy: a conductor's periodic tasks lock it briefly. */
const LOCKED_TRIES = 10;
const LOCKED_PAUSE_MS = 1000;

/** The key of `extra` in which a node has its own name. */
const OWN = 'rollgate';
/** Sorted. */
const TRAITS = ['CUSTOM_ROLLGATE', 'HW_CPU_X86_VMX'] as const;

/** One node: enrolled, moved through its provision states, and deleted, according to its kind. */
export class NodeLifecycle extends ObjectLifecycle<NodeAction, NodeStatus> {
  readonly #api: IronicApi;
  #hasTraits = false;

  constructor(options: NodeLifecycleOptions) {
    super(options, options.kind);
    this.#api = options.api;
  }

  get state(): string | undefined {
    return this.status?.state;
  }

  /** Sends the request, again if another operation still had the node locked. */
  protected async request(action: NodeAction): Promise<HttpResult> {
    for (let tries = 1; ; tries += 1) {
      const { result, value } = await this.send(() => this.#ask(action, tries < LOCKED_TRIES));
      if (value !== undefined) return result;
      if (result.outcome !== 'served') throw new LifeOver();
      await this.context.pause(LOCKED_PAUSE_MS);
    }
  }

  async #ask(action: NodeAction, mayBeLocked: boolean): Promise<ParsedAnswer<unknown>> {
    if (action === 'create') {
      const answer = await this.#api.create(this.name, { [OWN]: this.name });
      this.id = answer.value;
      return answer;
    }
    if (this.id === undefined) throw new Error(`${this.name} has no id yet: a bug`);
    if (action === 'delete') return this.#api.delete(this.id, mayBeLocked);
    return isPower(action)
      ? this.#api.power(this.id, POWER[action], mayBeLocked)
      : this.#api.provision(this.id, TRANSITIONS[action].target, mayBeLocked);
  }

  /** The API answers a create and a delete when they are done. */
  protected override doneWhenAnswered(action: NodeAction): string | undefined {
    if (action === 'create') return 'enroll';
    return action === 'delete' ? 'deleted' : undefined;
  }

  protected judge(status: NodeStatus, action: NodeAction): void {
    if (action === 'create' || action === 'delete') return;
    if (isPower(action)) return this.#judgePower(status, action);
    const { reaches, fails } = TRANSITIONS[action];
    if (status.state === reaches) {
      this.#checkMark(status, action);
      this.settle('completed', status.state);
    } else if (fails.includes(status.state)) {
      this.settle('failed', [status.state, status.lastError].filter(Boolean).join(': '));
    }
  }

  protected show(id: string): Promise<ParsedAnswer<NodeStatus>> {
    return this.#api.show(id);
  }

  /** The conductor sets the target before it answers, and removes it at the end (change_node_power_state). */
  #judgePower(status: NodeStatus, action: keyof typeof POWER): void {
    const { power = 'no power state', powerTarget, lastError } = status;
    if (powerTarget !== undefined) return;
    if (power === POWER[action]) {
      this.#checkMark(status, action);
      this.settle('completed', power);
    } else {
      this.settle('failed', [power, lastError].filter(Boolean).join(': '));
    }
  }

  /** A node that was enrolled gets traits, a group of ports, and a port in it. */
  protected async completed(action: NodeAction): Promise<void> {
    if (action !== 'create') return;
    await this.#ownedBy((id) => this.#api.setTraits(id, TRAITS));
    const group = await this.#ownedBy((id) => this.#api.createPortgroup(id, randomAddress()));
    await this.#ownedBy((id) => this.#api.createPort(id, randomAddress(), group));
  }

  /** @returns The answer's value; `undefined` if the request was lost. */
  async #ownedBy<T>(ask: (id: string) => Promise<ParsedAnswer<T>>): Promise<T | undefined> {
    const { mayAsk, record } = this.context;
    await mayAsk();
    if (this.id === undefined || this.isAbandoned) throw new LifeOver();
    const { result, value } = await ask(this.id);
    record(result);
    this.#hasTraits ||= result.operation === 'node-traits' && value !== undefined;
    return value;
  }

  /** The owner's fields of a node must stay, whichever release saved it last. */
  #checkMark({ extra, traits }: NodeStatus, action: NodeAction): void {
    const found = extra[OWN];
    this.#checked('the extra field of a node stays as its owner wrote it', found === this.name, [
      action,
      JSON.stringify(found) ?? 'nothing',
    ]);
    // A lost request for the traits may have set them or not.
    if (!this.#hasTraits) return;
    this.#checked('the traits of a node stay as its owner set them', isSame(traits), [
      action,
      traits.join(', ') || 'none',
    ]);
  }

  #checked(check: string, ok: boolean, [action, found]: readonly [NodeAction, string]): void {
    const { emit, now } = this.context;
    const detail = `after ${action}: ${found}`;
    emit({ type: 'integrity-checked', at: now(), check, object: this.name, ok, detail });
  }
}

function isPower(action: NodeAction): action is keyof typeof POWER {
  return action in POWER;
}

function isSame(traits: readonly string[]): boolean {
  return traits.toSorted().join(' ') === TRAITS.join(' ');
}
