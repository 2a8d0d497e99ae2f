import type { HttpResult } from '../../../../load/http/request.ts';
import type { Ledger, SettledOutcome, Settlement } from '../../../../load/ledger.ts';
import type { PendingOperation } from '../../../workload/object-lifecycle.ts';
import type { Snapshot, StackIdentity, StackStatus } from '../../api/answers.ts';
import type { HeatApi } from '../../api/api.ts';
import type { DueEnd, StackAction } from '../../api/turns.ts';
import {
  awaitsRollback,
  changesSnapshot,
  endOfSnapshot,
  endOfStack,
  otherThanDue,
  removes,
  type OperationEnd,
} from './ends.ts';

/** A rollback begins at once, by the engine that stored the failure. On a busy machine it is late. */
const ROLLBACK_BEGINS_WITHIN_MS = 15_000;

/** An accepted change of a stack that has not ended. */
export interface PendingChange extends PendingOperation<StackAction> {
  /** The status in which the action has to end. Default: that of its completion. */
  readonly due?: DueEnd | undefined;
}

export interface StackProgressOptions {
  readonly api: Pick<HeatApi, 'show' | 'snapshots'>;
  readonly ledger: Ledger;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly record: (result: HttpResult) => void;
  readonly identity: () => StackIdentity;
  /** Whether another user deletes a stack with this status. Default: no other user does. */
  readonly isTaken: ((stack: StackStatus) => boolean) | undefined;
}

/**
 * The progress of one stack: the current operation, its state in the API, and how it ended. It
 * sends nothing that changes the stack.
 */
export class StackProgress {
  readonly #options: StackProgressOptions;
  #status: StackStatus | undefined;
  #pending:
    | (PendingChange & { readonly end: (how: SettledOutcome | 'abandoned') => void })
    | undefined;
  /** When the newest status was requested, because answers may overtake each other. */
  #seenAt = 0;
  #abandoned = false;
  #outcome: SettledOutcome | undefined;
  /** The signal for its wait condition: still to be sent, or its operation. */
  #signal: 'due' | { readonly operation: string } | undefined;
  /** The operation that a list showed as failed, once. */
  #failedOnce: string | undefined;
  /** Operations that the next one did not wait for: they end with it. */
  #overtaken: string[] = [];
  /** Since when it has been failed, and not been rolled back. */
  #failedSince: number | undefined;
  /** Ids of its snapshots, the newest last. */
  readonly #snapshots: string[] = [];
  #asking: Promise<void> | undefined;
  #missing: Promise<unknown> | undefined;

  constructor(options: StackProgressOptions) {
    this.#options = options;
  }

  get pending(): PendingChange | undefined {
    return this.#pending;
  }
  get status(): StackStatus | undefined {
    return this.#status;
  }
  /** The end of the last operation; `undefined` while it is in progress, or if it got no answer. */
  get outcome(): SettledOutcome | undefined {
    return this.#outcome;
  }
  /** Ids of its snapshots, the newest last. */
  get snapshots(): readonly string[] {
    return this.#snapshots;
  }
  /** It makes no progress because no signal was sent yet, which is not Heat's fault. */
  get awaitsSignal(): boolean {
    return this.#signal === 'due';
  }
  get isAbandoned(): boolean {
    return this.#abandoned;
  }

  /**
   * Called when the next operation is sent. It is pending until its end is known, because an
   * unanswered operation may take effect anyway.
   */
  asked(): void {
    this.#outcome = undefined;
  }

  /** Awaits the end of an accepted operation. */
  awaitEnd(pending: PendingChange): Promise<SettledOutcome | 'abandoned'> {
    const { promise, resolve } = Promise.withResolvers<SettledOutcome | 'abandoned'>();
    this.#pending = { ...pending, end: resolve };
    return promise;
  }

  /** An accepted operation that the next one does not wait for: it ends with that. */
  overtaken(operation: string): void {
    this.#overtaken.push(operation);
  }

  signalIsDue(): void {
    this.#signal = 'due';
  }

  /** The stack did not come as far as to wait for a signal. */
  signalIsNotDue(): void {
    this.#signal = undefined;
  }

  /** @param operation The accepted signal: it ends with the pending operation. */
  signalled(operation: string): void {
    this.#signal = { operation };
  }

  /**
   * Takes the answer of a list that was requested at `askedAt`; `undefined` if the list lacks the
   * stack. A list that was requested before the operation was accepted shows nothing.
   */
  see(status: StackStatus | undefined, askedAt: number): void {
    const pending = this.#pending;
    if (pending === undefined || askedAt < Math.max(pending.acceptedAt, this.#seenAt)) return;
    this.#seenAt = askedAt;
    if (status !== undefined) this.#status = status;
    if (status === undefined) this.#missed(pending);
    else if (this.#options.isTaken?.(status) === true) return this.abandon();
    const end = endOfStack(pending.action, status, pending.due) ?? this.#unrolled(pending, askedAt);
    if (end === undefined) return;
    if (end.outcome === 'failed' && this.#mayBeTaken(pending)) return;
    this.settle(end.outcome, end.status);
  }

  /** A failure that has to be rolled back, and is not. */
  #unrolled({ due }: PendingChange, askedAt: number): OperationEnd | undefined {
    const status = this.#status;
    if (status === undefined || due === undefined || !awaitsRollback(due, status.status)) {
      this.#failedSince = undefined;
      return undefined;
    }
    this.#failedSince ??= askedAt;
    const isLate = askedAt - this.#failedSince >= ROLLBACK_BEGINS_WITHIN_MS;
    return isLate ? otherThanDue(due, status) : undefined;
  }

  /**
   * If other users may delete stacks, a failure has to be seen twice. When a delete interrupts an
   * action, Heat shows the stack as failed for a moment (heat/engine/service.py, `delete_stack`,
   * which stops the traversal first).
   */
  #mayBeTaken({ operation }: PendingChange): boolean {
    if (this.#options.isTaken === undefined || this.#failedOnce === operation) return false;
    this.#failedOnce = operation;
    return true;
  }

  /**
   * Another user may have deleted a stack that a list lacks: the API shows this by the stack's id.
   */
  #missed({ action }: PendingChange): void {
    if (this.#options.isTaken === undefined || removes(action)) return;
    this.#missing ??= this.ask().finally(() => (this.#missing = undefined));
    this.#missing.catch(() => undefined);
  }

  /** Takes the answer of a list of the stack's snapshots that was requested at `askedAt`. */
  seeSnapshots(snapshots: readonly Snapshot[], askedAt: number): void {
    const pending = this.#pending;
    if (pending === undefined || askedAt < pending.acceptedAt) return;
    const own =
      pending.action === 'snapshot'
        ? snapshots.find(({ id }) => !this.#snapshots.includes(id))
        : snapshots.find(({ id }) => id === this.#snapshots.at(-1));
    const lost = this.#snapshots
      .slice(0, -1)
      .find((id) => snapshots.every((snapshot) => snapshot.id !== id));
    if (pending.action === 'delete-snapshot' && lost !== undefined) {
      return this.settle('failed', `snapshot ${lost} is gone, which was not to be deleted`);
    }
    const end = endOfSnapshot(pending.action, own);
    if (end === undefined) return;
    if (pending.action === 'snapshot' && end.outcome === 'completed') {
      // Until the stack shows it too, the next operation would be refused.
      if (this.#status?.status.endsWith('_IN_PROGRESS') !== false) return;
      if (own !== undefined) this.#snapshots.push(own.id);
    } else if (end.outcome === 'completed') {
      this.#snapshots.pop();
    }
    this.settle(end.outcome, end.status);
  }

  /**
   * Requests the parts that a list of stacks does not show. One request at a time: a slow API must
   * not get more of them, and none may be in progress when the stack is deleted.
   */
  askForSnapshots(): Promise<void> {
    if (this.#pending === undefined || !changesSnapshot(this.#pending.action)) {
      return Promise.resolve();
    }
    return (this.#asking ??= this.#readSnapshots().finally(() => (this.#asking = undefined)));
  }

  async #readSnapshots(): Promise<void> {
    const { api, now, record } = this.#options;
    const askedAt = now();
    const { result, value } = await api.snapshots(this.#options.identity());
    record(result);
    if (value !== undefined) this.seeSnapshots(value, askedAt);
  }

  /**
   * Asks the API itself about the stack; the answer may end the pending operation.
   * @returns Whether the API knows the stack; `undefined` if it did not say.
   */
  async ask(): Promise<boolean | undefined> {
    const { api, now, record } = this.#options;
    const askedAt = now();
    const { result, value } = await api.show(this.#options.identity());
    record(result);
    const known = result.status !== 404;
    if (known && value === undefined) return undefined;
    const { action } = this.#pending ?? {};
    if (known || (action !== undefined && removes(action))) this.see(value, askedAt);
    if (known) await this.askForSnapshots();
    return known;
  }

  /** Ends the pending operation, and the signals that end with it. */
  settle(
    outcome: SettledOutcome,
    status: string,
    more: Omit<Settlement, 'operation' | 'outcome' | 'status'> = {},
  ): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const { ledger } = this.#options;
    this.#pending = undefined;
    this.#outcome = outcome;
    ledger.settled({ operation: pending.operation, outcome, status, ...more });
    if (typeof this.#signal === 'object') {
      ledger.settled({ operation: this.#signal.operation, outcome, status, ...more });
    }
    this.endOvertaken(outcome, status, more);
    this.#signal = undefined;
    pending.end(outcome);
  }

  /** Ends the operations that the next one did not wait for. */
  endOvertaken(
    outcome: SettledOutcome,
    status: string,
    more: Omit<Settlement, 'operation' | 'outcome' | 'status'> = {},
  ): void {
    for (const operation of this.#overtaken) {
      this.#options.ledger.settled({ operation, outcome, status, ...more });
    }
    this.#overtaken = [];
  }

  /** Ends the lifecycle without a result for the pending operation: the run is over. */
  abandon(): void {
    this.#abandoned = true;
    this.#pending?.end('abandoned');
    this.#pending = undefined;
  }
}
