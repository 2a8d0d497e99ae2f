import type { Database } from '../../../infra/mysql.ts';
import {
  isPlainName,
  type HeldWork,
  type InFlight,
  type InFlightOptions,
  type RecordedChange,
} from '../../records.ts';
import type { ObjectRecord, ObjectRecords } from '../../workload/settler.ts';

/** Its database does not say which service works on a zone: the locks are inside a process. */
export const HOLDS_NOTHING: HeldWork = { locks: [], held: [] };

/** In the database, ids have no dashes. */
export function asStored(id: string): string {
  return id.replaceAll('-', '');
}

/** The id of a row in the API's form. */
export function asShown(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The rows of the zones that are not deleted. */
export function zoneRecords(database: Pick<Database, 'query'>): ObjectRecords {
  return {
    object: 'zone',
    part: 'its action',
    read: async () => {
      const rows = await database.query(
        'SELECT id, status, action, UNIX_TIMESTAMP(COALESCE(updated_at, created_at)) ' +
          "FROM zones WHERE deleted = '0'",
      );
      return new Map(
        rows.flatMap(([id, status, action, changedAt]) => {
          if (id == null) return [];
          const record: ObjectRecord = {
            state: `${status ?? 'unknown'} (${action ?? 'unknown'})`,
            changedAt: Number(changedAt) * 1000,
          };
          return [[asShown(id), record]];
        }),
      );
    },
  };
}

/** Zones that have not reached their nameservers yet, the longest silent first. */
export async function readInFlight(
  database: Pick<Database, 'query'>,
  { stuckAfterSeconds, signal }: InFlightOptions,
): Promise<readonly InFlight[]> {
  const rows = await database.query(
    'SELECT id, name, status, action, ' +
      'TIMESTAMPDIFF(SECOND, COALESCE(updated_at, created_at), UTC_TIMESTAMP()) ' +
      "FROM zones WHERE deleted = '0' AND status <> 'ACTIVE' ORDER BY 5 DESC",
    signal,
  );
  return rows.flatMap(([id, name, status, action, silent]) => {
    if (id == null) return [];
    const silentSeconds = Math.max(0, Number(silent));
    return [
      {
        object: objectOf(name ?? id),
        id: asShown(id),
        status: `${status ?? 'unknown'} (${action ?? 'no action'})`,
        silentSeconds,
        stuck: silentSeconds > stuckAfterSeconds,
        unfinished: [],
      },
    ];
  });
}

/** The contents of Designate's database about a zone and its recordsets. */
export async function readChanges(
  database: Pick<Database, 'query'>,
  object: string,
  signal?: AbortSignal,
): Promise<readonly RecordedChange[]> {
  if (!isPlainName(object)) return [];
  const own = `(z.id = '${asStored(object)}' OR z.name = '${object}' OR z.name = '${zoneName(object)}')`;
  const zones = await database.query(
    'SELECT UNIX_TIMESTAMP(COALESCE(z.deleted_at, z.updated_at, z.created_at)), z.name, z.status, ' +
      `z.action, z.serial, z.deleted = '0' FROM zones z WHERE ${own}`,
    signal,
  );
  const recordsets = await database.query(
    'SELECT UNIX_TIMESTAMP(COALESCE(r.updated_at, r.created_at)), r.name, r.type ' +
      `FROM recordsets r JOIN zones z ON z.id = r.zone_id WHERE ${own} ORDER BY 1`,
    signal,
  );
  return [
    ...zones.map(([at, name, status, action, serial, there]) => ({
      at: Number(at) * 1000,
      text:
        `${name ?? ''}: ${status ?? 'unknown'}, action ${action ?? 'unknown'}, ` +
        `serial ${serial ?? 'none'} since then${there === '1' ? '' : ', deleted'}`,
    })),
    ...recordsets.map(([at, name, type]) => ({
      at: Number(at) * 1000,
      text: `recordset ${name ?? ''} ${type ?? ''} was written`,
    })),
  ];
}

const SUFFIX = '.rollgate.example.';

/** The name of an object's zone. */
export function zoneName(object: string): string {
  return `${object}${SUFFIX}`;
}

/** The object of a zone's name; for a zone that is not the load's, the name itself. */
export function objectOf(zone: string): string {
  return zone.endsWith(SUFFIX) ? zone.slice(0, -SUFFIX.length) : zone;
}
