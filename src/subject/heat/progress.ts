import type { Database } from '../../infra/mysql.ts';

/** The newest event of each stack, by stack id. */
export async function lastEvents(database: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query(
    'SELECT stack_id, UNIX_TIMESTAMP(MAX(created_at)) FROM event GROUP BY stack_id',
  );
  return new Map(
    rows.flatMap(([id, at]) => (id == null || at == null ? [] : [[id, Number(at) * 1000]])),
  );
}

export interface UnfinishedResource {
  readonly part: string;
  readonly status: string;
  readonly heldBy?: string;
}

/** What is left of a traversal that does not go on. */
export interface Stall {
  readonly unfinished: readonly UnfinishedResource[];
  /**
   * When the work that did not go on became due, in milliseconds since the epoch: when the last
   * resource was done that an unfinished one requires. `undefined` where nothing required is.
   */
  readonly dueAt: number | undefined;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly holder: string | undefined;
  readonly finished: boolean;
  readonly requires: readonly string[];
  readonly updatedAt: number | undefined;
}

/**
 * The resources of a stack that its traversal has not finished, and which engine holds them: those
 * in progress, those not begun (`INIT_COMPLETE`), those still at the template of before. Heat keeps
 * the rows of stopped engines (soft-deleted), so that a holder that is gone still has a name.
 */
export async function stallOf(database: Database, stackId: string): Promise<Stall> {
  if (!/^[0-9a-f-]{36}$/.test(stackId)) return { unfinished: [], dueAt: undefined };
  const rows = (
    await database.query(
      "SELECT r.id, r.name, CONCAT(r.action, '_', r.status), r.engine_id, s.host, " +
        's.deleted_at IS NOT NULL, UNIX_TIMESTAMP(r.updated_at), r.requires, ' +
        "r.status = 'COMPLETE' AND r.action <> 'INIT' AND r.engine_id IS NULL AND " +
        '(r.current_template_id = t.raw_template_id OR r.current_template_id IS NULL) ' +
        'FROM resource r JOIN stack t ON t.id = r.stack_id ' +
        'LEFT JOIN service s ON s.engine_id = r.engine_id ' +
        `WHERE r.stack_id = '${stackId}' ORDER BY r.id`,
    )
  ).map(rowOf);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const unfinished = rows.filter(({ finished }) => !finished);
  const due = unfinished
    .map(({ requires }) => requires.map((id) => byId.get(id)))
    .filter((required) => required.length > 0 && required.every((row) => row?.finished === true))
    .map((required) => Math.max(...required.map((row) => row?.updatedAt ?? 0)));
  return {
    unfinished: unfinished.map(({ name, status, holder }) => ({
      part: name,
      status,
      ...(holder === undefined ? {} : { heldBy: holder }),
    })),
    dueAt: due.length === 0 ? undefined : Math.min(...due),
  };
}

function rowOf(cells: readonly (string | null)[]): Row {
  const [id, name, status, engineId, host, gone, updatedAt, requires, finished] = cells;
  return {
    id: id ?? '',
    name: name ?? '',
    status: status ?? '',
    holder:
      engineId == null
        ? undefined
        : `${host ?? 'unknown'} ${engineId}${gone === '1' ? ' (gone)' : ''}`,
    finished: finished === '1',
    requires: (requires ?? '').match(/\d+/g) ?? [],
    updatedAt: updatedAt == null ? undefined : Number(updatedAt) * 1000,
  };
}
