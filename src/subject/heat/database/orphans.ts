import type { EventOf } from '../../../events/event.ts';
import type { Database } from '../../../infra/mysql.ts';
import { PREFIX } from '../workload/standing.ts';

/** Rows that belong to a deleted stack, by the stack's id. */
export interface Remains {
  readonly stack: string;
  readonly what: string;
  /** Heat before 26 leaves it to an abandoned stack, with its resources. */
  readonly staysAbandoned?: true;
}

/** Only rows made since the load's first stack: a user's own database has older ones. */
const SINCE = `(SELECT MIN(created_at) FROM stack WHERE name LIKE '${PREFIX}-%')`;

/**
 * By table: the columns that refer to its rows. Measured: 26 alone leaves rows of
 * `resource_properties_data`, so those prove nothing.
 */
const REFERENCES: Readonly<Record<string, readonly (readonly [table: string, column: string])[]>> =
  {
    user_creds: [['stack', 'user_creds_id']],
    raw_template: [
      ['stack', 'raw_template_id'],
      ['stack', 'prev_raw_template_id'],
      ['resource', 'current_template_id'],
    ],
    raw_template_files: [['raw_template', 'files_id']],
  };

/** A row to which no other row refers: nothing will remove it. */
export interface Orphan {
  readonly table: string;
  readonly id: string;
  /** In milliseconds since the epoch; the database has full seconds. */
  readonly createdAt: number;
}

export async function readOrphans(database: Pick<Database, 'query'>): Promise<readonly Orphan[]> {
  const found = await Promise.all(
    Object.entries(REFERENCES).map(async ([table, references]) => {
      const unreferenced = references.map(
        ([from, column]) => `NOT EXISTS (SELECT 1 FROM ${from} x WHERE x.${column} = t.id)`,
      );
      const rows = await database.query(
        `SELECT t.id, UNIX_TIMESTAMP(t.created_at) FROM ${table} t WHERE t.created_at >= ${SINCE} AND ${unreferenced.join(' AND ')}`,
      );
      return rows.map(([id, at]) => ({ table, id: id ?? '', createdAt: Number(at) * 1000 }));
    }),
  );
  return found.flat();
}

/**
 * As an event has them. `Stack.store` (heat/engine/stack.py) stores the template, then obtains the
 * user's credentials from Keystone, then stores the stack or its new version. It removes nothing if
 * one of these fails, in all releases of the catalogue.
 *
 * @param epoch The start of the run, in milliseconds since the epoch.
 */
export function leftRows(
  orphans: readonly Orphan[],
  epoch: number,
): EventOf<'integrity-checked'>['left'] {
  return {
    rows: orphans.map(({ table, id, createdAt }) => ({ table, id, at: createdAt - epoch })),
    why: 'Heat stores a template, and a user’s credentials, before the stack that has them, and a request that fails in between leaves them',
  };
}

/** Snapshots and users' projects of deleted stacks. */
export async function readRemains(database: Pick<Database, 'query'>): Promise<readonly Remains[]> {
  const snapshots = await database.query('SELECT stack_id, name FROM snapshot');
  const projects = await database.query(
    'SELECT s.id, p.name FROM keystone.project p JOIN stack s ON s.stack_user_project_id = p.id',
  );
  return [
    ...snapshots.map(([stack, name]) => ({ stack: stack ?? '', what: `snapshot ${name ?? ''}` })),
    ...projects.map(([stack, name]) => ({
      stack: stack ?? '',
      what: `project ${name ?? ''}`,
      staysAbandoned: true as const,
    })),
  ];
}
