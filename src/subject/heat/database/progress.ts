import type { Holder } from '../../../events/families/operation.ts';
import type { Database } from '../../../infra/mysql.ts';
import { blockedBySyncPoints, blockedPart, type Blocked } from './sync-points.ts';

/** A stack with work held by a living engine must be silent this many times as long to be stuck. */
export const PATIENCE = 3;

/** The newest event of each stack or its nested stacks, by the outermost stack's id. */
export async function lastEvents(
  database: Pick<Database, 'query'>,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query(
    'SELECT e.stack_id, UNIX_TIMESTAMP(MAX(e.created_at)), s.owner_id ' +
      'FROM event e JOIN stack s ON s.id = e.stack_id GROUP BY e.stack_id, s.owner_id',
  );
  const owners = new Map(
    rows.flatMap(([id, , owner]) => (id == null || owner == null ? [] : [[id, owner] as const])),
  );
  const last = new Map<string, number>();
  for (const [id, at] of rows) {
    if (id == null || at == null) continue;
    const root = outermost(id, owners);
    last.set(root, Math.max(last.get(root) ?? 0, Number(at) * 1000));
  }
  return last;
}

function outermost(id: string, owners: ReadonlyMap<string, string>): string {
  const owner = owners.get(id);
  return owner === undefined ? id : outermost(owner, owners);
}

export interface UnfinishedResource {
  /** `link3`, or `group/0/link3` for one of a nested stack. */
  readonly part: string;
  readonly status: string;
  readonly heldBy?: string;
  readonly holder?: Holder;
  readonly blocked?: Blocked | undefined;
}

/** The unfinished part of a traversal that stopped. */
export interface HaltedTraversal {
  readonly unfinished: readonly UnfinishedResource[];
  /**
   * When the stalled work became due, in milliseconds since the epoch. It is due when the last
   * resource that it requires is done, or when its nested stack begins. `undefined` if it requires
   * nothing.
   */
  readonly dueAt: number | undefined;
  /**
   * A living engine holds one of them, or none is left and only the stack's own end is missing. For
   * a while, that counts as slow rather than stuck.
   */
  readonly underWay: boolean;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly status: string;
  readonly holder: Holder | undefined;
  readonly holderHost: string | null | undefined;
  /** The holder is in Heat's service list. */
  readonly held: boolean;
  readonly finished: boolean;
  readonly requires: readonly string[];
  readonly updatedAt: number | undefined;
  /** Its nested stack, if it has one. */
  readonly physicalId: string | undefined;
  /** For a nested stack: when its current action began. */
  readonly nestedSince: number | undefined;
}

/**
 * The resources of a stack and of its nested stacks that the traversal has not finished, and which
 * engine holds each. They are in progress, not begun (`INIT_COMPLETE`), or still at the previous
 * template. Heat keeps the rows of stopped engines (soft-deleted), so that a holder that is gone
 * still has a name.
 */
export async function haltedTraversal(
  database: Pick<Database, 'query'>,
  stackId: string,
): Promise<HaltedTraversal> {
  if (!/^[0-9a-f-]{36}$/.test(stackId)) {
    return { unfinished: [], dueAt: undefined, underWay: false };
  }
  const rows = await readResources(database, stackId);
  const unfinished = rows.filter(({ finished }) => !finished);
  const blocked = await blockedBySyncPoints(database, stackId);
  const pathTo = pathsIn(rows);
  return {
    underWay: unfinished.length === 0 || unfinished.some(({ held }) => held),
    unfinished: [
      ...unfinished.map((row) => ({
        part: pathTo(row),
        status: row.status,
        ...heldPart(row),
        ...blockedPart(blocked.get(row.id)),
      })),
      // Completed resources are cleaned up in the same traversal, and then the stack itself is
      // done.
      ...rows
        .filter(({ id, finished }) => finished && blocked.has(id))
        .map((row) => ({
          part: `the clean-up of ${pathTo(row)}`,
          status: row.status,
          ...blockedPart(blocked.get(row.id)),
        })),
      ...(blocked.has(stackId)
        ? [{ part: 'its end', status: 'not reported', ...blockedPart(blocked.get(stackId)) }]
        : []),
    ],
    dueAt: dueAtOf(unfinished, rows),
  };
}

async function readResources(
  database: Pick<Database, 'query'>,
  stackId: string,
): Promise<readonly Row[]> {
  const rows = await database.query(
    "SELECT r.id, r.name, r.stack_id, CONCAT(r.action, '_', r.status), r.engine_id, s.host, " +
      's.deleted_at IS NOT NULL, UNIX_TIMESTAMP(r.updated_at), r.requires, r.nova_instance, ' +
      "r.status = 'COMPLETE' AND r.action <> 'INIT' AND r.engine_id IS NULL AND " +
      '(r.current_template_id = t.raw_template_id OR r.current_template_id IS NULL), ' +
      'UNIX_TIMESTAMP(IF(t.owner_id IS NULL, NULL, COALESCE(t.updated_at, t.created_at))) ' +
      'FROM resource r JOIN stack t ON t.id = r.stack_id ' +
      'LEFT JOIN service s ON s.engine_id = r.engine_id ' +
      `WHERE r.root_stack_id = '${stackId}' OR r.stack_id = '${stackId}' ORDER BY r.id`,
  );
  return rows.map(rowOf);
}

/** The path of a resource, through the nested stacks that it is in. */
function pathsIn(rows: readonly Row[]): (row: Row) => string {
  const standsFor = new Map(
    rows.flatMap((row) => (row.physicalId === undefined ? [] : [[row.physicalId, row] as const])),
  );
  return (row) => pathOf(row, standsFor);
}

/** When the first of the unfinished resources had all that it requires. */
function dueAtOf(unfinished: readonly Row[], rows: readonly Row[]): HaltedTraversal['dueAt'] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byStack = Map.groupBy(rows, (row) => row.stackId);
  return earliest(
    unfinished.map((row) => {
      const required = [
        ...row.requires.map((id) => byId.get(id)),
        ...(row.physicalId === undefined ? [] : (byStack.get(row.physicalId) ?? [])),
      ];
      if (required.length === 0) return row.nestedSince;
      return required.every((one) => one?.finished === true)
        ? Math.max(...required.map((one) => one?.updatedAt ?? 0))
        : undefined;
    }),
  );
}

function heldPart({ holder, holderHost }: Row): Pick<UnfinishedResource, 'heldBy' | 'holder'> {
  return holder === undefined ? {} : { heldBy: holderName(holder, holderHost), holder };
}

/** An engine's name for people: `node1 ENGINE-ID`. The engine may be gone. */
export function holderName({ engineId, gone }: Holder, host: string | null | undefined): string {
  return `${host ?? 'unknown'} ${engineId}${gone ? ' (gone)' : ''}`;
}

/** By the resources of the enclosing stacks. */
function pathOf(row: Row, standsFor: ReadonlyMap<string, Row>): string {
  const around = standsFor.get(row.stackId);
  return around === undefined ? row.name : `${pathOf(around, standsFor)}/${row.name}`;
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function rowOf(cells: readonly (string | null)[]): Row {
  const [id, name, stackId, status, engineId, host, gone, updatedAt, requires, physical, ...rest] =
    cells;
  const [finished, nestedSince] = rest;
  return {
    id: id ?? '',
    name: name ?? '',
    stackId: stackId ?? '',
    status: status ?? '',
    holder: engineId == null ? undefined : { engineId, gone: gone === '1' },
    holderHost: host,
    held: engineId != null && host != null && gone !== '1',
    finished: finished === '1',
    requires: (requires ?? '').match(/\d+/g) ?? [],
    updatedAt: secondsIn(updatedAt),
    physicalId: physical ?? undefined,
    nestedSince: secondsIn(nestedSince),
  };
}

/** MySQL's seconds as milliseconds. */
function secondsIn(cell: string | null | undefined): number | undefined {
  return cell == null ? undefined : Number(cell) * 1000;
}
