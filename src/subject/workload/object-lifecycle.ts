import type { EventSink } from '../../events/event.ts';
import { given } from '../../given.ts';
import type { HttpResult } from '../../load/http/request.ts';
import {
  acceptedBy,
  type Ledger,
  type SettledOutcome,
  type Settlement,
} from '../../load/ledger.ts';
import type { BegunObject } from '../burst.ts';
import type { ParsedAnswer } from '../json-body.ts';
import type { LifecycleKind, ObjectTurn } from './kinds.ts';

/** The parts of the workload that a lifecycle uses. */
export interface LifecycleContext {
  readonly name: string;
  readonly ledger: Ledger;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  /** Waits this long, or until the run ends. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** @param object The object that the request changes. */
  readonly record: (result: HttpResult, object?: string) => void;
  /** Resolves when a new request may be sent, or the run ends. */
  readonly mayAsk: () => Promise<void>;
  /** Resolves when actions that are held until after the swaps may begin. */
  readonly held: () => Promise<void>;
  /** Does a turn, as soon as it may begin. */
  readonly work: (turn: () => Promise<void>) => Promise<void>;
}

/** An accepted operation that has not ended. */
export interface PendingOperation<Action extends string> {
  readonly operation: string;
  readonly action: Action;
  /** When its request was answered, in milliseconds since the start of the run. */
  readonly acceptedAt: number;
}

/** Why a lifecycle is over before its last operation. */
export class LifeOver extends Error {}

/**
 * An object that is made, changed and removed, operation by operation. The subject defines how to
 * request an operation, and which status ends it.
 */
export abstract class ObjectLifecycle<Action extends string, Status> implements BegunObject {
  readonly name: string;
  protected readonly context: LifecycleContext;
  readonly #turns: readonly ObjectTurn<Action>[];
  readonly #accepted: Action[] = [];
  #id: string | undefined;
  #status: Status | undefined;
  #pending:
    | (PendingOperation<Action> & { readonly end: (how: SettledOutcome | 'abandoned') => void })
    | undefined;
  /** When the newest status was requested, because answers may overtake each other. */
  #seenAt = 0;
  #abandoned = false;
  #outcome: SettledOutcome | undefined;

  constructor(context: LifecycleContext, { turns }: LifecycleKind<Action>) {
    this.name = context.name;
    this.context = context;
    this.#turns = turns;
  }

  /** The object's last known state from the API. */
  abstract get state(): string | undefined;

  /**
   * Requests an operation.
   * @returns The answer that accepted it.
   * @throws LifeOver if the API did not accept it.
   */
  protected abstract request(action: Action): Promise<HttpResult>;

  /** Settles the pending operation, if a status is its end. */
  protected abstract judge(status: Status, action: Action): void;

  /** Asks the API about the object itself. @param mayBeGone 404 is also an expected answer. */
  protected abstract show(id: string, mayBeGone: boolean): Promise<ParsedAnswer<Status>>;

  /** Further work after a completed operation. */
  protected abstract completed(action: Action): Promise<void>;

  /** The state of an object whose operation ends with its answer; otherwise its end is awaited. */
  protected doneWhenAnswered(_action: Action): string | undefined {
    return undefined;
  }

  get id(): string | undefined {
    return this.#id;
  }
  /** The operation that was accepted and has not ended. */
  get pending(): PendingOperation<Action> | undefined {
    return this.#pending;
  }
  /** Its accepted operations, in order. */
  get accepted(): readonly Action[] {
    return this.#accepted;
  }
  /** The end of the last operation; `undefined` while it is in progress, or if it got no answer. */
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

  /** @throws Any error that is not an answer of the API. */
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
   * Takes the API's answer about the object, requested at `askedAt`. An answer requested before the
   * operation was accepted shows nothing.
   */
  see(status: Status, askedAt: number): void {
    const pending = this.#pending;
    if (pending === undefined || askedAt < Math.max(pending.acceptedAt, this.#seenAt)) return;
    this.#seenAt = askedAt;
    this.#status = status;
    this.judge(status, pending.action);
  }

  /** Asks about an object that is being deleted and that a list no longer shows. */
  async missed(): Promise<void> {
    if (this.#pending?.action === 'delete') await this.ask();
  }

  /**
   * Asks the API about the object itself; the answer may end the pending operation.
   * @returns Whether the API knows the object; `undefined` if it did not say.
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

  /** Ends the lifecycle without a result for the pending operation: the run is over. */
  abandon(): void {
    this.#abandoned = true;
    this.#pending?.end('abandoned');
    this.#pending = undefined;
  }

  async #carryOut(action: Action): Promise<void> {
    // It is pending until its end is known, because an unanswered operation may take effect anyway.
    this.#outcome = undefined;
    const ended = this.#enter(action, await this.request(action));
    const done = this.doneWhenAnswered(action);
    if (done !== undefined) this.settle('completed', done);
    if ((await ended) !== 'completed') throw new LifeOver();
    await this.completed(action);
  }

  /**
   * Sends a request of an operation, as soon as it is allowed.
   * @throws LifeOver if the run ended before its answer.
   */
  protected async send<T>(request: () => Promise<ParsedAnswer<T>>): Promise<ParsedAnswer<T>> {
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
    this.context.ledger.accepted(
      acceptedBy(result, {
        operation,
        action,
        object: this.name,
        ...given({ identity: this.#id }),
        acceptedAt,
      }),
    );
    const { promise, resolve } = Promise.withResolvers<SettledOutcome | 'abandoned'>();
    this.#pending = { operation, action, acceptedAt, end: resolve };
    return promise;
  }
}
