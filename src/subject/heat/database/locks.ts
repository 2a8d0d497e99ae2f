import type { Database } from '../../../infra/mysql.ts';
import type { HeldWork } from '../../records.ts';

/**
 * The rows of `stack_lock` and the resources that an engine works on. An engine writes its id into
 * both before it begins and takes it out when it is done (heat/engine/stack_lock.py;
 * heat/engine/resource.py, _action_recorder and lock).
 */
export async function readLocks(database: Database, signal?: AbortSignal): Promise<HeldWork> {
  const rows = await database.query(
    'SELECT COALESCE(s.name, l.stack_id), l.engine_id, NULL FROM stack_lock l ' +
      'LEFT JOIN stack s ON s.id = l.stack_id UNION ALL ' +
      'SELECT NULL, engine_id, COUNT(*) FROM resource WHERE engine_id IS NOT NULL ' +
      'GROUP BY engine_id ORDER BY 1, 2',
    signal,
  );
  return {
    locks: rows.flatMap(([object, engineId]) =>
      object == null ? [] : [{ object, engineId: engineId ?? '' }],
    ),
    held: rows.flatMap(([, engineId, count]) =>
      count == null ? [] : [{ engineId: engineId ?? '', count: Number(count) }],
    ),
  };
}
