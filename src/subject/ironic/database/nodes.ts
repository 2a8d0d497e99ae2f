import type { Database } from '../../../infra/mysql.ts';
import {
  isPlainName,
  type HeldWork,
  type InFlight,
  type InFlightOptions,
  type RecordedChange,
} from '../../records.ts';
import type { ObjectRecord, ObjectRecords } from '../../workload/settler.ts';

/** States that a node leaves by itself (ironic/common/states.py, `UNSTABLE_STATES`). */
export const UNSTABLE_STATES: readonly string[] = [
  'adopting',
  'cleaning',
  'clean wait',
  'deleting',
  'deploying',
  'wait call-back',
  'inspecting',
  'inspect wait',
  'rescuing',
  'rescue wait',
  'servicing',
  'service wait',
  'unrescuing',
  'verifying',
];

const UNSTABLE = UNSTABLE_STATES.map((state) => `'${state}'`).join(', ');

/** The nodes that a conductor has locked: it writes its name into the row. */
export async function readReservations(
  database: Pick<Database, 'query'>,
  signal?: AbortSignal,
): Promise<HeldWork> {
  const rows = await database.query(
    'SELECT COALESCE(name, uuid), reservation FROM nodes WHERE reservation IS NOT NULL ORDER BY 1',
    signal,
  );
  const locks = rows.flatMap(([object, engineId]) =>
    object == null ? [] : [{ object, engineId: engineId ?? '' }],
  );
  return { locks, held: [] };
}

/** Nodes on their way to another state, the longest silent first. */
export async function readInFlight(
  database: Pick<Database, 'query'>,
  { stuckAfterSeconds, signal }: InFlightOptions,
): Promise<readonly InFlight[]> {
  const rows = await database.query(
    'SELECT uuid, COALESCE(name, uuid), provision_state, target_provision_state, reservation, ' +
      'TIMESTAMPDIFF(SECOND, COALESCE(provision_updated_at, updated_at, created_at), UTC_TIMESTAMP()) ' +
      `FROM nodes WHERE provision_state IN (${UNSTABLE}) ORDER BY 6 DESC`,
    signal,
  );
  return rows.flatMap(([id, object, state, target, reservation, silent]) => {
    if (id == null) return [];
    const silentSeconds = Math.max(0, Number(silent));
    return [
      {
        object: object ?? id,
        id,
        status: `${state ?? 'unknown'} (to ${target ?? 'no state'})`,
        silentSeconds,
        stuck: silentSeconds > stuckAfterSeconds,
        ...(reservation == null ? {} : { lockedBy: reservation }),
        unfinished: [],
      },
    ];
  });
}

/** The rows of existing nodes. */
export function nodeRecords(database: Pick<Database, 'query'>): ObjectRecords {
  return {
    object: 'node',
    part: 'its state',
    read: async () => {
      const rows = await database.query(
        'SELECT uuid, provision_state, reservation, last_error, ' +
          'UNIX_TIMESTAMP(COALESCE(provision_updated_at, updated_at, created_at)), ' +
          'target_power_state FROM nodes',
      );
      return new Map(
        rows.flatMap(([id, state, reservation, lastError, changedAt, power]) => {
          if (id == null) return [];
          const record: ObjectRecord = {
            // A change of power leaves the provision state as it is.
            state: power == null ? (state ?? 'unknown') : `${state ?? 'unknown'} (to ${power})`,
            heldBy: reservation ?? undefined,
            lastError: lastError ?? undefined,
            changedAt: Number(changedAt) * 1000,
          };
          return [[id, record]];
        }),
      );
    },
  };
}

/**
 * Ironic's own record of a node: a row of `node_history` for each of its errors, and its state.
 *
 * @param object The node's name or identity. A name without a node has no rows.
 */
export async function readChanges(
  database: Pick<Database, 'query'>,
  object: string,
  signal?: AbortSignal,
): Promise<readonly RecordedChange[]> {
  if (!isPlainName(object)) return [];
  const own = `(n.uuid = '${object}' OR n.name = '${object}')`;
  const events = await database.query(
    'SELECT UNIX_TIMESTAMP(h.created_at), h.conductor, h.event_type, h.event ' +
      `FROM node_history h JOIN nodes n ON n.id = h.node_id WHERE ${own} ORDER BY h.id`,
    signal,
  );
  const nodes = await database.query(
    'SELECT UNIX_TIMESTAMP(COALESCE(n.provision_updated_at, n.updated_at, n.created_at)), ' +
      'COALESCE(n.name, n.uuid), n.provision_state, n.reservation, n.last_error ' +
      `FROM nodes n WHERE ${own}`,
    signal,
  );
  return [
    ...events.map(([at, conductor, type, event]) => ({
      at: Number(at) * 1000,
      text: `history: ${type ?? ''} on ${conductor ?? 'no conductor'}: ${event ?? ''}`,
    })),
    ...nodes.map(([at, name, state, reservation, lastError]) => ({
      at: Number(at) * 1000,
      text:
        `${name ?? ''}: ${state ?? 'unknown'} since then` +
        (reservation == null ? '' : `, locked by ${reservation}`) +
        (lastError == null ? '' : `, last error: ${lastError}`),
    })),
  ];
}
