import type { Database } from '../../../infra/mysql.ts';
import type { ObjectSettler, SettlerOptions } from '../../workload/lifecycle-workload.ts';
import { readNodes } from '../database/nodes.ts';
import type { NodeLifecycle } from './lifecycle.ts';

/**
 * Distinguishes stuck, slow and lost operations. An operation is stuck when the node's provision
 * state did not change for so long, counted from the last swap at the earliest. It is lost when the
 * API does not know the node that it accepted.
 */
export class Settler implements ObjectSettler<NodeLifecycle> {
  readonly #database: Pick<Database, 'query'>;
  readonly #options: SettlerOptions;

  constructor(database: Pick<Database, 'query'>, options: SettlerOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Looks once at what is pending and settles what is beyond hope. */
  async look(lifecycles: readonly NodeLifecycle[]): Promise<void> {
    const { now, stuckAfterMs, quietSince } = this.#options;
    const silent = (since: number): boolean => now() - Math.max(quietSince, since) > stuckAfterMs;
    // Nothing can be overdue yet: leave the database alone.
    if (!lifecycles.some(({ pending }) => pending && silent(pending.acceptedAt))) return;
    for (const lifecycle of lifecycles) {
      const { id, pending } = lifecycle;
      if (id === undefined || pending === undefined || !silent(pending.acceptedAt)) continue;
      // It may have ended before a list showed it.
      const known = await lifecycle.ask();
      if (lifecycle.pending !== pending) continue;
      const record = (await readNodes(this.#database)).get(id);
      const epoch = Date.now() - now();
      const changedAt = record === undefined ? 0 : record.changedAt - epoch;
      const lastProgressAt = Math.max(pending.acceptedAt, changedAt);
      if (known === false && record === undefined) {
        lifecycle.settle('lost', 'the API does not know the node', { lastProgressAt });
        continue;
      }
      if (!silent(lastProgressAt)) continue;
      const state = record?.state ?? lifecycle.status?.state ?? 'unknown';
      const error = record?.lastError === undefined ? '' : `: ${record.lastError}`;
      const status = known === true ? state : `${state}; the API cannot show the node`;
      lifecycle.settle('stuck', `${status}${error}`, {
        lastProgressAt,
        unfinished: [
          {
            part: 'its provision state',
            status: state,
            ...(record?.reservation === undefined
              ? {}
              : {
                  heldBy: record.reservation,
                  holder: { engineId: record.reservation, gone: false },
                }),
          },
        ],
      });
    }
  }
}
