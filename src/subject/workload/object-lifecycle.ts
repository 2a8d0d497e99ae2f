import type { EventSink } from '../../events/event.ts';
import type { HttpResult } from '../../load/http/http-client.ts';
import type { Ledger, SettledOutcome, Settlement } from '../../load/ledger.ts';
import type { Begun } from '../burst.ts';
import type { Answer } from '../json-body.ts';
import type { LifecycleKind, Turn } from './kinds.ts';

/** What a lifecycle gets from the workload. */
export interface LifecycleContext {
  readonly name: string;
  readonly ledger: Ledger;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  /** Waits so long, or until the run ends. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** @param object Whose change the request asked for. */
  readonly record: (result: HttpResult, object?: string) => void;
  /** Resolves when something new may be asked for, or the run ends. */
  readonly mayAsk: () => Promise<void>;
  /** Resolves when what is done after the swaps may begin. */
  readonly held: () => Promise<void>;
  /** Does a turn, as soon as it may begin. */
  readonly work: (turn: () => Promise<void>) => Promise<void>;
}

/** An accepted operation whose end is awaited. */
export interface Pending<Action extends string> {
  readonly operation: string;
  readonly action: Action;
  /** When its request was answered, in milliseconds since the start of the run. */
  readonly acceptedAt: number;
}

/** Why a lifecycle is over before its last operation. */
export class LifeOver extends Error {}

/**
 * An object that is made, changed and removed, operation by operation. A subject says how an
 * operation is asked for, and which status ends it.
 */
export abstract class ObjectLifecycle<Action extends string, Status> implements Begun {
  readonly name: string;
  protected readonly context: LifecycleContext;
  readonly #turns: readonly Turn<Action>[];
  readonly #accepted: Action[] = [];
  #id: string | undefined;
  #status: Status | undefined;
  #pending:
    | (Pending<Action> & { readonly end: (how: SettledOutcome | 'abandoned') => void })
    | undefined;
  /** When the newest status was asked for: answers may overtake each other. */
  #seenAt = 0;
  #abandoned = false;
  #outcome: SettledOutcome | undefined;

  constructor(context: LifecycleContext, { turns }: LifecycleKind<Action>) {
    this.name = context.name;
    this.context = context;
    this.#turns = turns;
  }

  /** Where the object is, as the API said it last. */
  abstract get state(): string | undefined;

  /**
   * Asks for an operation.
   * @returns The answer that accepted it.
   * @throws LifeOver if the API did not take it.
   */
  protected abstract request(action: Action): Promise<HttpResult>;

  /** Settles what is pending, where a status is its end. */
  protected abstract judge(status: Status, action: Action): void;

  /** Asks the API about the object itself. @param mayBeGone 404 is a good answer too. */
  protected abstract show(id: string, mayBeGone: boolean): Promise<Answer<Status>>;

  /** What else is done once an operation has completed. */
  protected abstract completed(action: Action): Promise<void>;

  /** The state of an object whose operation is done when it is answered; else its end is awaited. */
  protected doneWhenAnswered(_action: Action): string | undefined {
    return undefined;
  }

  get id(): string | undefined {
    return this.#id;
  }
  /** The operation that was accepted and has not ended. */
  get pending(): Pending<Action> | undefined {
    return this.#pending;
  }
  /** What the API took of it, in order. */
  get accepted(): readonly Action[] {
    return this.#accepted;
  }
  /** The last operation's; `undefined` as long as that is under way, or where it got no answer. */
  get outcome(): SettledOutcome | undefined {
    return this.#outcome;
  }
  protected get status(): Status | undefined {
    return this.#status;
  }
  protected get isAbandoned(): boolean {
    return this.#abandoned;
  }
  /** As the API named it. */
  protected set id(id: string | undefined) {
    this.#id = id;
  }

  /** @throws Whatever is no answer of the API. */
  async run(): Promise<void> {
    const { held, work } = this.context;
    try {
      for (const turn of this.#turns) {
        if (turn.afterSwaps === true) await held();
        await work(() => this.#carryOut(turn.action));
      }
    } catch (error) {
      if (!(error instanceof LifeOver)) throw error;
    }
  }

  /**
   * Takes what the API said of the object at `askedAt`. What was asked before the operation was
   * accepted says nothing.
   */
  see(status: Status, askedAt: number): void {
    const pending = this.#pending;
    if (pending === undefined || askedAt < Math.max(pending.acceptedAt, this.#seenAt)) return;
    this.#seenAt = askedAt;
    this.#status = status;
    this.judge(status, pending.action);
  }

  /** Asks about an object that is to go and that a list no longer showed. */
  async missed(): Promise<void> {
    if (this.#pending?.action === 'delete') await this.ask();
  }

  /**
   * Asks the API about the object itself; what it says may end the pending operation.
   * @returns Whether the API knows the object; `undefined` where it did not say.
   */
  async ask(): Promise<boolean | undefined> {
    const { now, record } = this.context;
    if (this.#id === undefined) return undefined;
    const askedAt = now();
    const deleting = this.#pending?.action === 'delete';
    const { result, value } = await this.show(this.#id, deleting);
    record(result);
    if (value !== undefined) {
      this.see(value, askedAt);
      return true;
    }
    if (result.status !== 404) return undefined;
    if (deleting) this.settle('completed', 'deleted');
    return false;
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
    this.context.ledger.settled({ operation: pending.operation, outcome, status, ...more });
    pending.end(outcome);
  }

  /** Ends the lifecycle without a word on what is pending: the run is over. */
  abandon(): void {
    this.#abandoned = true;
    this.#pending?.end('abandoned');
    this.#pending = undefined;
  }

  async #carryOut(action: Action): Promise<void> {
    // Until its end is known: what the API did not answer may be done anyway.
    this.#outcome = undefined;
    const ended = this.#enter(action, await this.request(action));
    const done = this.doneWhenAnswered(action);
    if (done !== undefined) this.settle('completed', done);
    if ((await ended) !== 'completed') throw new LifeOver();
    await this.completed(action);
  }

  /**
   * Sends a request of an operation, as soon as it may be sent.
   * @throws LifeOver if the run ended before its answer.
   */
  protected async send<T>(request: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const { mayAsk, record } = this.context;
    await mayAsk();
    if (this.#abandoned) throw new LifeOver();
    const answer = await request();
    record(answer.result, this.name);
    if (this.#abandoned) throw new LifeOver();
    return answer;
  }

  /** Enters an accepted operation in the ledger. @returns How it ended. */
  #enter(action: Action, result: HttpResult): Promise<SettledOutcome | 'abandoned'> {
    const operation = `${this.name}/${action}`;
    const acceptedAt = this.context.now();
    this.#accepted.push(action);
    this.context.ledger.accepted({
      operation,
      action,
      object: this.name,
      sentAt: acceptedAt - (result.doneAt - result.sentAt),
      request: result.id,
      ...(result.server === undefined ? {} : { server: result.server }),
    });
    const { promise, resolve } = Promise.withResolvers<SettledOutcome | 'abandoned'>();
    this.#pending = { operation, action, acceptedAt, end: resolve };
    return promise;
  }
}
