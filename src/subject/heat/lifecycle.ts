import type { EventSink } from '../../events/event.ts';
import type { HttpResult } from '../../load/http-client.ts';
import type { Ledger } from '../../load/ledger.ts';
import type { Answer, HeatApi, Stack, StackStatus } from './api.ts';
import type { Template } from './template.ts';

/** When a stack is changed and deleted: as soon as it can be, or after the last swap. */
export interface LifecyclePlan {
  readonly updateAfterSwaps: boolean;
  readonly deleteAfterSwaps: boolean;
}

export interface LifecycleOptions {
  readonly name: string;
  readonly plan: LifecyclePlan;
  readonly api: HeatApi;
  readonly template: Template;
  readonly ledger: Ledger;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly record: (result: HttpResult) => void;
  /** Resolves when the last swap is done. */
  readonly swapped: Promise<void>;
}

type Action = 'create' | 'update' | 'delete';
type Settled = 'completed' | 'failed' | 'stuck' | 'lost' | 'abandoned';

/** An accepted operation whose end is awaited. */
export interface Pending {
  readonly operation: string;
  readonly action: Action;
  /** When its request was answered, in milliseconds since the start of the run. */
  readonly acceptedAt: number;
}

/** Why a lifecycle is over before its last operation. */
class Over extends Error {}

/** One stack: created, updated, deleted, with what it holds looked at in between. */
export class StackLifecycle {
  readonly name: string;
  readonly #options: LifecycleOptions;
  #id: string | undefined;
  #status: StackStatus | undefined;
  #pending: (Pending & { readonly end: (how: Settled) => void }) | undefined;
  /** When the newest status was asked for: answers may overtake each other. */
  #seenAt = 0;
  #abandoned = false;
  #random: unknown;

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
  get status(): StackStatus | undefined {
    return this.#status;
  }

  async run(): Promise<void> {
    const { plan, swapped } = this.#options;
    try {
      await this.#create();
      await this.#look('first');
      if (plan.updateAfterSwaps) await swapped;
      await this.#change('update');
      await this.#look('second');
      if (plan.deleteAfterSwaps) await swapped;
      await this.#change('delete');
    } catch (error) {
      if (!(error instanceof Over)) throw error;
    }
  }

  /**
   * Takes what a list said that was asked for at `askedAt`; `undefined` where the list does not
   * have the stack. A list that was asked for before the operation was accepted says nothing.
   */
  see(status: StackStatus | undefined, askedAt: number): void {
    const pending = this.#pending;
    if (pending === undefined || askedAt < Math.max(pending.acceptedAt, this.#seenAt)) return;
    this.#seenAt = askedAt;
    if (status !== undefined) this.#status = status;
    if (pending.action === 'delete' && status === undefined) {
      this.settle('completed', 'DELETE_COMPLETE');
      return;
    }
    if (status === undefined) return;
    const action = pending.action.toUpperCase();
    if (status.status === `${action}_COMPLETE`) this.settle('completed', status.status);
    if (status.status.endsWith('_FAILED')) {
      this.settle('failed', `${status.status}: ${status.reason}`);
    }
  }

  /** Ends the pending operation. */
  settle(
    outcome: 'completed' | 'failed' | 'stuck' | 'lost',
    status: string,
    more: {
      readonly lastProgressAt?: number;
      readonly stalledAt?: number;
      readonly unfinished?: { part: string; status: string; heldBy?: string }[];
    } = {},
  ): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#options.ledger.settled({ operation: pending.operation, outcome, status, ...more });
    pending.end(outcome);
  }

  /** Ends the lifecycle without a word on what is pending: the run is over. */
  abandon(): void {
    this.#abandoned = true;
    this.#pending?.end('abandoned');
    this.#pending = undefined;
  }

  async #create(): Promise<void> {
    const { api, template } = this.#options;
    const answer = await api.create(this.name, template, { value: 'first' });
    this.#id = answer.value;
    await this.#accepted('create', answer);
  }

  async #change(action: 'update' | 'delete'): Promise<void> {
    const { api } = this.#options;
    const stack = this.#identity();
    const answer = await (action === 'update'
      ? api.update(stack, { value: 'second' })
      : api.delete(stack));
    await this.#accepted(action, answer);
  }

  /** Enters an accepted write in the ledger and waits for its end. */
  async #accepted(action: Action, answer: Answer<unknown>): Promise<void> {
    const { ledger, now, record } = this.#options;
    const { result } = answer;
    record(result);
    if (answer.value === undefined || this.#abandoned) throw new Over();
    const operation = `${this.name}/${action}`;
    const { promise, resolve } = Promise.withResolvers<Settled>();
    const acceptedAt = now();
    this.#pending = { operation, action, acceptedAt, end: resolve };
    ledger.accepted({
      operation,
      action,
      object: this.name,
      sentAt: acceptedAt - (result.doneAt - result.sentAt),
      request: result.id,
      ...(result.server === undefined ? {} : { server: result.server }),
    });
    if ((await promise) !== 'completed') throw new Over();
  }

  /** Checks what the stack shows against what was asked for. */
  async #look(value: string): Promise<void> {
    const { result, value: stack } = await this.#options.api.show(this.#identity());
    this.#options.record(result);
    if (stack === undefined) return;
    const random = stack.outputs['random'];
    if (this.#random === undefined) {
      this.#random = random;
      this.#check('random-string-is-there', typeof random === 'string', stack);
    } else {
      this.#check('random-string-unchanged', random === this.#random, stack);
    }
    this.#check('chain-carries-value', stack.outputs['last'] === value, stack);
  }

  #check(check: string, ok: boolean, stack: Stack): void {
    this.#options.emit({
      type: 'integrity-checked',
      at: this.#options.now(),
      check,
      object: this.name,
      ok,
      detail: `${stack.status} ${JSON.stringify(stack.outputs)}`,
    });
  }

  #identity(): { readonly name: string; readonly id: string } {
    if (this.#id === undefined) throw new Error(`${this.name} has no id yet: a bug`);
    return { name: this.name, id: this.#id };
  }
}
