import type { HttpResult } from '../../../load/http/request.ts';
import type { ParsedAnswer } from '../../json-body.ts';
import {
  LifeOver,
  ObjectLifecycle,
  type LifecycleContext,
} from '../../workload/object-lifecycle.ts';
import type { IronicApi, NodeStatus } from '../api/api.ts';
import { randomAddress } from './address.ts';
import { TRANSITIONS, type NodeAction, type NodeKind } from './kinds.ts';

export interface NodeLifecycleOptions extends LifecycleContext {
  readonly kind: NodeKind;
  readonly api: IronicApi;
}

/** How long another lock may keep a node busy: a conductor's periodic tasks lock it briefly. */
const LOCKED_TRIES = 10;
const LOCKED_PAUSE_MS = 1000;

/** One node: enrolled, moved through its provision states, and deleted, according to its kind. */
export class NodeLifecycle extends ObjectLifecycle<NodeAction, NodeStatus> {
  readonly #api: IronicApi;

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
      const answer = await this.#api.create(this.name, { rollgate: this.name });
      this.id = answer.value;
      return answer;
    }
    if (this.id === undefined) throw new Error(`${this.name} has no id yet: a bug`);
    return action === 'delete'
      ? this.#api.delete(this.id, mayBeLocked)
      : this.#api.provision(this.id, TRANSITIONS[action].target, mayBeLocked);
  }

  /** The API answers a create and a delete when they are done. */
  protected override doneWhenAnswered(action: NodeAction): string | undefined {
    if (action === 'create') return 'enroll';
    return action === 'delete' ? 'deleted' : undefined;
  }

  protected judge(status: NodeStatus, action: NodeAction): void {
    if (action === 'create' || action === 'delete') return;
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

  /** A node that was enrolled gets a port. */
  protected async completed(action: NodeAction): Promise<void> {
    if (action !== 'create') return;
    const { mayAsk, record } = this.context;
    await mayAsk();
    if (this.id === undefined || this.isAbandoned) throw new LifeOver();
    const { result } = await this.#api.createPort(this.id, randomAddress());
    record(result);
  }

  /** The owner's fields of a node must stay, whichever release saved it last. */
  #checkMark({ extra }: NodeStatus, action: NodeAction): void {
    const found = extra['rollgate'];
    this.context.emit({
      type: 'integrity-checked',
      at: this.context.now(),
      check: 'the extra field of a node stays as its owner wrote it',
      object: this.name,
      ok: found === this.name,
      detail: `after ${action}: ${JSON.stringify(found) ?? 'nothing'}`,
    });
  }
}
