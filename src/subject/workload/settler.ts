import type { ObjectLifecycle } from './object-lifecycle.ts';

export interface SettlerOptions {
  readonly stuckAfterMs: number;
  /** The last swap: before it, silence proves nothing. Milliseconds since the start of the run. */
  readonly quietSince: number;
  readonly now: () => number;
}

/** The state of an object in its row of the subject's database. */
export interface ObjectRecord {
  readonly state: string;
  /** When its state changed last, in milliseconds since the epoch, in whole seconds. */
  readonly changedAt: number;
  readonly lastError?: string | undefined;
  /** The engine that has locked it. */
  readonly heldBy?: string | undefined;
}

/** The rows of a subject's objects. */
export interface ObjectRecords {
  /** One of them, e.g. `node`. */
  readonly object: string;
  /** The part that makes no progress, e.g. `its state`. */
  readonly part: string;
  /** By the object's identity, without removed objects. */
  read(): Promise<ReadonlyMap<string, ObjectRecord>>;
}

/**
 * Distinguishes stuck, slow and lost operations. An operation is stuck when its object's row did
 * not change for this long, counted from the last swap at the earliest. It is lost when the API
 * does not know the object that it accepted.
 */
export class Settler {
  readonly #records: ObjectRecords;
  readonly #options: SettlerOptions;

  constructor(records: ObjectRecords, options: SettlerOptions) {
    this.#records = records;
    this.#options = options;
  }

  /** Checks the pending operations once and settles the hopeless ones. */
  async look<Status>(lifecycles: readonly ObjectLifecycle<string, Status>[]): Promise<void> {
    const { now, stuckAfterMs, quietSince } = this.#options;
    const { object, part } = this.#records;
    const silent = (since: number): boolean => now() - Math.max(quietSince, since) > stuckAfterMs;
    // Nothing can be overdue yet: leave the database alone.
    if (!lifecycles.some(({ pending }) => pending && silent(pending.acceptedAt))) return;
    for (const lifecycle of lifecycles) {
      const { id, pending } = lifecycle;
      if (id === undefined || pending === undefined || !silent(pending.acceptedAt)) continue;
      // It may have ended before a list showed it.
      const known = await lifecycle.ask();
      if (lifecycle.pending !== pending) continue;
      const record = (await this.#records.read()).get(id);
      const epoch = Date.now() - now();
      const changedAt = record === undefined ? 0 : record.changedAt - epoch;
      const lastProgressAt = Math.max(pending.acceptedAt, changedAt);
      if (known === false && record === undefined) {
        lifecycle.settle('lost', `the API does not know the ${object}`, { lastProgressAt });
        continue;
      }
      if (!silent(lastProgressAt)) continue;
      const state = record?.state ?? lifecycle.state ?? 'unknown';
      const shown = known === true ? '' : `; the API cannot show the ${object}`;
      const error = record?.lastError === undefined ? '' : `: ${record.lastError}`;
      const heldBy = record?.heldBy;
      lifecycle.settle('stuck', `${state}${shown}${error}`, {
        lastProgressAt,
        unfinished: [
          {
            part,
            status: state,
            ...(heldBy === undefined ? {} : { heldBy, holder: { engineId: heldBy, gone: false } }),
          },
        ],
      });
    }
  }
}
