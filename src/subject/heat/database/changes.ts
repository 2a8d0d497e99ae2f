import type { Database } from '../../../infra/mysql.ts';
import { isPlainName, type RecordedChange } from '../../records.ts';

/**
 * Heat's own record of a stack and its nested stacks. `event` has a row for each change of a
 * resource or of the stack (heat/engine/stack.py `_add_event`). It also has each resource's current
 * state.
 *
 * @param object The stack's name or identity. A name without a stack has no rows.
 */
export async function readChanges(
  database: Pick<Database, 'query'>,
  object: string,
  signal?: AbortSignal,
): Promise<readonly RecordedChange[]> {
  if (!isPlainName(object)) return [];
  const stacks = await database.query(
    `SELECT s.id FROM stack s WHERE s.id = '${object}' OR s.name = '${object}'`,
    signal,
  );
  const roots = stacks.flatMap(([id]) => (id == null ? [] : [`'${id}'`])).join(', ');
  if (roots === '') return [];
  const own = `s.id IN (${roots}) OR s.id IN (SELECT r.stack_id FROM resource r WHERE r.root_stack_id IN (${roots}))`;
  const events = await database.query(
    'SELECT UNIX_TIMESTAMP(e.created_at), s.name, e.resource_name, ' +
      "CONCAT(e.resource_action, '_', e.resource_status), e.resource_status_reason " +
      `FROM event e JOIN stack s ON s.id = e.stack_id WHERE ${own} ORDER BY e.id`,
    signal,
  );
  const resources = await database.query(
    "SELECT UNIX_TIMESTAMP(COALESCE(r.updated_at, r.created_at)), s.name, r.name, CONCAT(r.action, '_', r.status), " +
      `r.engine_id FROM resource r JOIN stack s ON s.id = r.stack_id WHERE ${own} ORDER BY r.id`,
    signal,
  );
  return [
    ...events.map(([at, stack, resource, status, reason]) => ({
      at: Number(at) * 1000,
      text: `event: ${resource ?? ''} of ${stack ?? ''} ${status ?? ''}${reason === null ? '' : `: ${reason}`}`,
    })),
    ...resources.map(([at, stack, resource, status, engine]) => ({
      at: Number(at) * 1000,
      text: `resource ${resource ?? ''} of ${stack ?? ''}: ${status ?? ''} since then${engine === null ? '' : `, held by engine ${engine}`}`,
    })),
  ];
}
