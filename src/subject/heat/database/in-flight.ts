import type { Database } from '../../../infra/mysql.ts';
import type { InFlight, InFlightOptions } from '../../records.ts';
import { holderName, lastEvents, PATIENCE, haltedTraversal } from './progress.ts';

/** The outermost stacks that are in progress, the longest silent first. */
export async function readInFlight(
  database: Pick<Database, 'query'>,
  { stuckAfterSeconds, signal }: InFlightOptions,
): Promise<readonly InFlight[]> {
  const rows = await database.query(
    "SELECT t.id, t.name, CONCAT(t.action, '_', t.status), " +
      'UNIX_TIMESTAMP(COALESCE(t.updated_at, t.created_at)), UNIX_TIMESTAMP(), l.engine_id, s.host, ' +
      's.deleted_at IS NOT NULL FROM stack t LEFT JOIN stack_lock l ON l.stack_id = t.id ' +
      'LEFT JOIN service s ON s.engine_id = l.engine_id ' +
      "WHERE t.status = 'IN_PROGRESS' AND t.owner_id IS NULL AND t.deleted_at IS NULL",
    signal,
  );
  if (rows.length === 0) return [];
  const events = await lastEvents(database);
  const stacks: InFlight[] = [];
  for (const [id, object, status, since, now, engineId, host, gone] of rows) {
    if (id == null) continue;
    const last = Math.max(Number(since), (events.get(id) ?? 0) / 1000);
    const silentSeconds = Math.max(0, Math.round(Number(now) - last));
    const { unfinished, underWay } = await haltedTraversal(database, id);
    const limit = stuckAfterSeconds * (underWay ? PATIENCE : 1);
    stacks.push({
      object: object ?? '',
      id,
      status: status ?? '',
      silentSeconds,
      stuck: silentSeconds > limit,
      ...(engineId == null ? {} : { lockedBy: holderName({ engineId, gone: gone === '1' }, host) }),
      unfinished,
    });
  }
  return stacks.toSorted((one, other) => other.silentSeconds - one.silentSeconds);
}
