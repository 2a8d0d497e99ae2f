import type { HttpResult } from '../../../load/http/http-client.ts';
import type { SettledOutcome, Settlement } from '../../../load/ledger.ts';
import type { LifecycleContext, ObjectLifecycle } from '../../workload/lifecycle-workload.ts';
import type { Answer, IronicApi, NodeStatus } from '../api/api.ts';
import { randomAddress } from './address.ts';
import { TRANSITIONS, type NodeAction, type LifecycleKind } from './kinds.ts';

export interface LifecycleOptions extends LifecycleContext {
  readonly kind: LifecycleKind;
  readonly api: IronicApi;
}

/** An accepted operation whose end is awaited. */
export interface Pending {
  readonly operation: string;
  readonly action: keyof typeof TRANSITIONS;
  /** When its request was answered, in milliseconds since the start of the run. */
  readonly acceptedAt: number;
}

/** Why a lifecycle is over before its last operation. */
class Over extends Error {}

/** How long another's lock may keep a node busy: a conductor's periodic tasks lock it for moments. */
const LOCKED_TRIES = 10;
const LOCKED_PAUSE_MS = 1000;

/** One node: enrolled, moved through its provision states, deleted as its kind says. */
export class NodeLifecycle implements ObjectLifecycle {
  readonly name: string;
  readonly #options: LifecycleOptions;
  readonly #accepted: NodeAction[] = [];
  #id: string | undefined;
  #status: NodeStatus | undefined;
  #pending: (Pending & { readonly end: (how: SettledOutcome | 'abandoned') => void }) | undefined;
  /** When the newest status was asked for: answers may overtake each other. */
  #seenAt = 0;
  #abandoned = false;
  #outcome: SettledOutcome | undefined;

  constructor(options: LifecycleOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get id(): string | undefined {
    return this.#id;
  }
  get pending(): Pending | undefined {
    return this.#pending;
  }
  get status(): NodeStatus | undefined {
    return this.#status;
  }
  get state(): string | undefined {
    return this.#status?.state;
  }
  /** What the API took of it, in order. */
  get accepted(): readonly NodeAction[] {
    return this.#accepted;
  }
  /** The last operation's; `undefined` as long as that is under way, or where it got no answer. */
  get outcome(): SettledOutcome | undefined {
    return this.#outcome;
  }

  /** @throws Whatever is no answer of the API. */
  async run(): Promise<void> {
    const { kind, held, work } = this.#options;
    try {
      for (const turn of kind.turns) {
        if (turn.afterSwaps === true) await held();
        await work(() => this.#carryOut(turn.action));
      }
    } catch (error) {
      if (!(error instanceof Over)) throw error;
    }
  }

  /**
   * Takes what the API said of the node at `askedAt`. What was asked before the operation was
   * accepted says nothing.
   */
  see(status: NodeStatus, askedAt: number): void {
    const pending = this.#pending;
    if (pending === undefined || askedAt < Math.max(pending.acceptedAt, this.#seenAt)) return;
    this.#seenAt = askedAt;
    this.#status = status;
    const { reaches, fails } = TRANSITIONS[pending.action];
    if (status.state === reaches) {
      this.#checkMark(status, pending.action);
      this.settle('completed', status.state);
    } else if (fails.includes(status.state)) {
      this.settle('failed', [status.state, status.lastError].filter(Boolean).join(': '));
    }
  }

  /**
   * Asks the API about the node itself; what it says may end the pending operation.
   * @returns Whether the API knows the node; `undefined` where it did not say.
   */
  async ask(): Promise<boolean | undefined> {
    const { api, now, record } = this.#options;
    if (this.#id === undefined) return undefined;
    const askedAt = now();
    const { result, value } = await api.show(this.#id);
    record(result);
    if (value !== undefined) this.see(value, askedAt);
    return value === undefined ? (result.status === 404 ? false : undefined) : true;
  }

  /** Ends the pending operation. */
  settle(
    outcome: SettledOutcome,
    status: string,
    more: Omit<Settlement, 'operation' | 'outcome' | 'status'> = {},
  ): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#outcome = outcome;
    this.#options.ledger.settled({ operation: pending.operation, outcome, status, ...more });
    pending.end(outcome);
  }

  /** Ends the lifecycle without a word on what is pending: the run is over. */
  abandon(): void {
    this.#abandoned = true;
    this.#pending?.end('abandoned');
    this.#pending = undefined;
  }

  async #carryOut(action: NodeAction): Promise<void> {
    // Until its end is known: what the API did not answer may be done anyway.
    this.#outcome = undefined;
    const { result } = await this.#request(action);
    const acceptedAt = this.#options.now();
    const operation = this.#enter(action, result, acceptedAt);
    if (action === 'create' || action === 'delete') {
      // The answer comes when it is done.
      this.#outcome = 'completed';
      const status = action === 'create' ? 'enroll' : 'deleted';
      this.#options.ledger.settled({ operation, outcome: 'completed', status });
      if (action === 'create') await this.#addPort();
      return;
    }
    const { promise, resolve } = Promise.withResolvers<SettledOutcome | 'abandoned'>();
    this.#pending = { operation, action, acceptedAt, end: resolve };
    if ((await promise) !== 'completed') throw new Over();
  }

  async #addPort(): Promise<void> {
    const { api, mayAsk, record } = this.#options;
    await mayAsk();
    if (this.#id === undefined || this.#abandoned) throw new Over();
    const { result } = await api.createPort(this.#id, randomAddress());
    record(result);
  }

  /** Enters an accepted write in the ledger. */
  #enter(action: NodeAction, result: HttpResult, acceptedAt: number): string {
    const operation = `${this.name}/${action}`;
    this.#accepted.push(action);
    this.#options.ledger.accepted({
      operation,
      action,
      object: this.name,
      sentAt: acceptedAt - (result.doneAt - result.sentAt),
      request: result.id,
      ...(result.server === undefined ? {} : { server: result.server }),
    });
    return operation;
  }

  /**
   * Sends the request; again, where something else still had the node locked.
   * @throws Over if the API did not take it.
   */
  async #request(action: NodeAction): Promise<Answer<unknown>> {
    const { mayAsk, record, pause } = this.#options;
    for (let tries = 1; !this.#abandoned; tries += 1) {
      await mayAsk();
      if (this.#abandoned) break;
      const answer = await this.#ask(action, tries < LOCKED_TRIES);
      record(answer.result, this.name);
      if (answer.value !== undefined && !this.#abandoned) return answer;
      if (answer.result.outcome !== 'served') break;
      await pause(LOCKED_PAUSE_MS);
    }
    throw new Over();
  }

  async #ask(action: NodeAction, mayBeLocked: boolean): Promise<Answer<unknown>> {
    const { api } = this.#options;
    if (action === 'create') {
      const answer = await api.create(this.name, { rollgate: this.name });
      this.#id = answer.value;
      return answer;
    }
    if (this.#id === undefined) throw new Error(`${this.name} has no id yet: a bug`);
    return action === 'delete'
      ? api.delete(this.#id, mayBeLocked)
      : api.provision(this.#id, TRANSITIONS[action].target, mayBeLocked);
  }

  /** What its owner wrote into a node stays, whichever release saved it last. */
  #checkMark({ extra }: NodeStatus, action: NodeAction): void {
    const found = extra['rollgate'];
    this.#options.emit({
      type: 'integrity-checked',
      at: this.#options.now(),
      check: 'the extra field of a node stays as its owner wrote it',
      object: this.name,
      ok: found === this.name,
      detail: `after ${action}: ${JSON.stringify(found) ?? 'nothing'}`,
    });
  }
}
