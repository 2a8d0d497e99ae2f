import { PATIENCE } from '../database/progress.ts';
import type { StackRecords } from '../database/stack-records.ts';
import { shows } from './lifecycle/ends.ts';
import type { StackLifecycle } from './lifecycle/lifecycle.ts';
import type { PendingChange } from './lifecycle/progress.ts';

export interface SettlerOptions {
  readonly stuckAfterMs: number;
  /** The last swap: before it, silence proves nothing. Milliseconds since the start of the run. */
  readonly quietSince: number;
  readonly now: () => number;
}

/**
 * Distinguishes stuck, slow and lost operations. An operation is stuck when Heat wrote no event for
 * its stack for this long, counted from the last swap at the earliest. It is lost when the API does
 * not know the stack that it accepted. If the API cannot answer, or
 * an engine still works on it, the limit is `PATIENCE` times as long.
 */
export class Settler {
  readonly #records: Pick<StackRecords, 'lastEvents' | 'haltedTraversal'>;
  readonly #options: SettlerOptions;

  constructor(
    records: Pick<StackRecords, 'lastEvents' | 'haltedTraversal'>,
    options: SettlerOptions,
  ) {
    this.#records = records;
    this.#options = options;
  }

  /** Checks the pending operations once and settles the hopeless ones. */
  async look(lifecycles: readonly StackLifecycle[]): Promise<void> {
    const { now, quietSince } = this.#options;
    // Nothing can be overdue yet: leave the database alone.
    if (
      !lifecycles.some(
        ({ progress: { pending } }) =>
          pending && this.#silent(Math.max(quietSince, pending.acceptedAt)),
      )
    ) {
      return;
    }
    const epoch = Date.now() - now();
    const open = lifecycles.flatMap(({ id, name, progress: { pending } }) =>
      id === undefined || pending === undefined ? [] : [{ id, name }],
    );
    const events = await this.#records.lastEvents(open);
    for (const lifecycle of lifecycles) {
      await this.#judge(lifecycle, {
        event: lifecycle.id === undefined ? undefined : events.get(lifecycle.id),
        epoch,
      });
    }
  }

  #silent(since: number): boolean {
    return this.#options.now() - since > this.#options.stuckAfterMs;
  }

  /** @param read.event When the stack wrote its last event, as far as it was read before. */
  async #judge(
    { id, name, progress }: StackLifecycle,
    { event, epoch }: { readonly event: number | undefined; readonly epoch: number },
  ): Promise<void> {
    const { now, stuckAfterMs, quietSince } = this.#options;
    const { pending } = progress;
    if (id === undefined || pending === undefined || progress.awaitsSignal) return;
    if (!this.#silent(Math.max(quietSince, progressOf(pending, event, epoch)))) return;
    // It may have ended before a list showed it.
    const known = await progress.ask();
    if (progress.pending !== pending) return;
    // On a busy machine this request takes seconds per stack, and the stack may have made
    // progress in the meantime.
    const readAt = now();
    const again = await this.#records.lastEvents([{ id, name }]);
    const lastProgressAt = progressOf(pending, again.get(id), epoch);
    if (readAt - Math.max(quietSince, lastProgressAt) <= stuckAfterMs) return;
    const pastPatience = this.#silent(
      Math.max(quietSince, lastProgressAt) + stuckAfterMs * (PATIENCE - 1),
    );
    if (known === undefined && !pastPatience) return;
    if (known === false) {
      progress.settle('lost', 'the API does not know the stack', { lastProgressAt });
      return;
    }
    const { unfinished, dueAt, underWay } = await this.#records.haltedTraversal({ id, name });
    if (underWay && !pastPatience) return;
    // Nothing has begun, or its requirements were met earlier: due since its acceptance.
    const stalledAt = Math.max(pending.acceptedAt, dueAt === undefined ? 0 : dueAt - epoch);
    // The first rows read are older than the last, on a busy machine by seconds.
    if (!this.#silent(Math.max(quietSince, stalledAt))) return;
    const seen = progress.status?.status ?? `${pending.action.toUpperCase()}_IN_PROGRESS`;
    const status = known === undefined ? `${seen}; the API cannot show the stack` : seen;
    progress.settle('stuck', status, {
      lastProgressAt,
      stalledAt,
      unfinished: [...unfinished],
      ...(lastProgressAt === pending.acceptedAt && !shows(pending.action, seen)
        ? { neverBegun: true as const }
        : {}),
    });
  }
}

/** Milliseconds since the start of the run. */
function progressOf(
  { acceptedAt }: PendingChange,
  lastEvent: number | undefined,
  epoch: number,
): number {
  return Math.max(acceptedAt, lastEvent === undefined ? 0 : lastEvent - epoch);
}
