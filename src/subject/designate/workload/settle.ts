import type { Database } from '../../../infra/mysql.ts';
import type { ObjectSettler, SettlerOptions } from '../../workload/lifecycle-workload.ts';
import { readZones } from '../database/zones.ts';
import type { ZoneLifecycle } from './lifecycle.ts';

/**
 * Distinguishes stuck, slow and lost operations. An operation is stuck when the zone's row did not
 * change for so long, counted from the last swap at the earliest. It is lost when the API does not
 * know the zone that it accepted.
 */
export class Settler implements ObjectSettler<ZoneLifecycle> {
  readonly #database: Pick<Database, 'query'>;
  readonly #options: SettlerOptions;

  constructor(database: Pick<Database, 'query'>, options: SettlerOptions) {
    this.#database = database;
    this.#options = options;
  }

  async look(lifecycles: readonly ZoneLifecycle[]): Promise<void> {
    const { now, stuckAfterMs, quietSince } = this.#options;
    const silent = (since: number): boolean => now() - Math.max(quietSince, since) > stuckAfterMs;
    // Nothing can be overdue yet: leave the database alone.
    if (!lifecycles.some(({ pending }) => pending && silent(pending.acceptedAt))) return;
    for (const lifecycle of lifecycles) {
      const { id, pending } = lifecycle;
      if (id === undefined || pending === undefined || !silent(pending.acceptedAt)) continue;
      // It may have ended before a list showed it.
      const known = await lifecycle.ask();
      if (lifecycle.pending?.operation !== pending.operation) continue;
      const record = (await readZones(this.#database)).get(id);
      const epoch = Date.now() - now();
      const changedAt = record === undefined ? 0 : record.changedAt - epoch;
      const lastProgressAt = Math.max(pending.acceptedAt, changedAt);
      if (known === false && record === undefined) {
        lifecycle.settle('lost', 'the API does not know the zone', { lastProgressAt });
        continue;
      }
      if (!silent(lastProgressAt)) continue;
      const state = record === undefined ? lifecycle.state : `${record.status} (${record.action})`;
      const status = state ?? 'unknown';
      lifecycle.settle(
        'stuck',
        known === true ? status : `${status}; the API cannot show the zone`,
        {
          lastProgressAt,
          unfinished: [{ part: 'its action', status }],
        },
      );
    }
  }
}
