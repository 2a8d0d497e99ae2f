import type { EventOf, EventSink } from '../events/event.ts';
import { given } from '../given.ts';
import type { HttpResult } from './http/request.ts';

/** A write that the API accepted: `operation` identifies it within the run. */
export type AcceptedOperation = Readonly<Omit<EventOf<'operation-accepted'>, 'type' | 'at'>>;

/** How an accepted operation ended. Its acceptance has the details of the operation. */
export type Settlement = Readonly<
  Omit<EventOf<'operation-settled'>, 'type' | 'at' | 'action' | 'object'>
>;
export type SettledOutcome = Settlement['outcome'];

/** An operation that an answer accepted, at `acceptedAt` in milliseconds since the run's start. */
export function acceptedBy(
  { id, server, sentAt, doneAt }: HttpResult,
  {
    acceptedAt,
    ...operation
  }: Pick<AcceptedOperation, 'operation' | 'action' | 'object' | 'identity'> & {
    readonly acceptedAt: number;
  },
): AcceptedOperation {
  return {
    ...operation,
    sentAt: acceptedAt - (doneAt - sentAt),
    request: id,
    ...given({ server }),
  };
}

export interface LedgerOptions {
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
}

/** Every operation that the API accepted, until its outcome is known. */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #open = new Map<string, AcceptedOperation>();
  readonly #settled = new Set<string>();
  #waiting: (() => void)[] = [];

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** @throws Error if it was already accepted: a bug. */
  accepted(operation: AcceptedOperation): void {
    const id = operation.operation;
    if (this.#open.has(id) || this.#settled.has(id)) {
      throw new Error(`Operation ${id} was accepted twice.`);
    }
    this.#open.set(id, operation);
    this.#options.emit({ type: 'operation-accepted', at: this.#options.now(), ...operation });
  }

  /** @throws Error if it is not open: a bug. */
  settled(settlement: Settlement): void {
    const id = settlement.operation;
    const accepted = this.#open.get(id);
    if (accepted === undefined) {
      const why = this.#settled.has(id) ? 'was settled before' : 'was never accepted';
      throw new Error(`Operation ${id} cannot be settled: it ${why}.`);
    }
    this.#open.delete(id);
    this.#settled.add(id);
    const { action, object } = accepted;
    this.#options.emit({
      type: 'operation-settled',
      at: this.#options.now(),
      action,
      object,
      ...settlement,
    });
    if (this.#open.size === 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) {
        wake();
      }
    }
  }

  /** Those not settled yet, the oldest first. */
  open(): readonly AcceptedOperation[] {
    return [...this.#open.values()];
  }

  /**
   * Resolves as soon as no operation is open: at once if none is.
   *
   * @throws The signal's reason when it is aborted before.
   */
  async waitForAllSettled(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#open.size === 0) {
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.#waiting.push(resolve);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
