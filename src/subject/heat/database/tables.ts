import type { Database } from '../../../infra/mysql.ts';
import { PREFIX } from '../workload/standing.ts';
import { readOwnEvents, type EventCount, type OwnEvents } from './announced.ts';
import { readConfigurations, type Configuration } from './configurations.ts';
import { readKeystoneLeft, type KeystoneLeft } from './keystone-left.ts';
import { readOrphans, readRemains, type Orphan, type Remains } from './orphans.ts';

/** An engine on a busy machine may need this long from its entry to its first report. */
const REPORTS_WITHIN_SECONDS = 20;

type Readable = Pick<Database, 'query'>;
type TableRow = readonly (string | null | undefined)[];

interface Resource {
  readonly stack: string;
  readonly name: string;
  readonly engine: string | null;
}

/** The rows of Heat's database that are checked. */
export interface Tables {
  /** The stacks that are, or were, nested in a stack, and the stack itself. */
  readonly treeOf: (id: string) => ReadonlySet<string>;
  readonly notDeleted: ReadonlySet<string>;
  readonly resources: readonly Resource[];
  readonly locks: readonly { readonly stack: string; readonly engine: string }[];
  readonly syncPoints: readonly { readonly stack: string; readonly count: number }[];
  readonly engines: ReadonlySet<string>;
  readonly events: readonly EventCount[];
  /** Events of stacks about themselves. */
  readonly ownEvents: readonly OwnEvents[];
  /** Engines that did not report themselves since their start. */
  readonly unreported: readonly UnreportedEngine[];
  readonly keystone: KeystoneLeft;
  /** Resources whose holder another engine considered dead. */
  readonly stolen: readonly { readonly stack: string; readonly what: string }[];
  /** Other rows that belong to a stack. */
  readonly remains: readonly Remains[];
  /** Copies of resources outside their stack. */
  readonly configurations: readonly Configuration[];
  /** Rows to which no other row refers. */
  readonly orphans: readonly Orphan[];
  /** Physical ids that more than one creation ended with. */
  readonly madeTwice: readonly string[];
}

interface UnreportedEngine {
  readonly host: string;
  readonly engine: string;
  /** In seconds. */
  readonly age: number;
}

export async function readTables(database: Readable): Promise<Tables> {
  const stacks = await database.query('SELECT id, owner_id, deleted_at IS NULL FROM stack');
  return {
    treeOf: treesOf(stacks),
    notDeleted: new Set(stacks.flatMap(([id, , alive]) => (alive === '1' && id ? [id] : []))),
    resources: await readResources(database),
    locks: await readLocks(database),
    syncPoints: await readSyncPoints(database),
    engines: await readEngines(database),
    events: await readEvents(database),
    ownEvents: await readOwnEvents(database),
    unreported: await readUnreported(database),
    keystone: await readKeystoneLeft(database),
    madeTwice: await readMadeTwice(database),
    stolen: await readStolen(database),
    remains: await readRemains(database),
    configurations: await readConfigurations(database),
    orphans: await readOrphans(database),
  };
}

function treesOf(stacks: readonly TableRow[]): Tables['treeOf'] {
  const members = Map.groupBy(stacks, ([, owner]) => owner ?? null);
  const treeOf = (id: string): readonly string[] => [
    id,
    ...(members.get(id) ?? []).flatMap(([member]) => (member == null ? [] : treeOf(member))),
  ];
  return (id) => new Set(treeOf(id));
}

async function readResources(database: Readable): Promise<Tables['resources']> {
  const rows = await database.query('SELECT stack_id, name, engine_id FROM resource');
  return rows.map(([stack, name, engine]) => ({
    stack: stack ?? '',
    name: name ?? '',
    engine: engine ?? null,
  }));
}

async function readLocks(database: Readable): Promise<Tables['locks']> {
  const rows = await database.query('SELECT stack_id, engine_id FROM stack_lock');
  return rows.map(([stack, engine]) => ({ stack: stack ?? '', engine: engine ?? '' }));
}

/**
 * Measured: 26 leaves the row of a snapshot's deletion, with or without an upgrade; its entity is
 * neither the stack nor a resource.
 */
async function readSyncPoints(database: Readable): Promise<Tables['syncPoints']> {
  const rows = await database.query(
    'SELECT stack_id, COUNT(*) FROM sync_point ' +
      "WHERE entity_id = stack_id OR entity_id REGEXP '^[0-9]+$' GROUP BY stack_id",
  );
  return rows.map(([stack, count]) => ({ stack: stack ?? '', count: Number(count) }));
}

async function readEngines(database: Readable): Promise<Tables['engines']> {
  const rows = await database.query('SELECT engine_id FROM service WHERE deleted_at IS NULL');
  return new Set(rows.map(([engine]) => engine ?? ''));
}

/**
 * An engine enters itself, and reports itself at once and then at each interval
 * (heat/engine/service.py, `service_manage_report`). An operator who lists the services takes one
 * without a report for dead.
 */
async function readUnreported(database: Readable): Promise<Tables['unreported']> {
  const rows = await database.query(
    'SELECT hostname, engine_id, TIMESTAMPDIFF(SECOND, created_at, UTC_TIMESTAMP()) ' +
      'FROM service unreported WHERE deleted_at IS NULL AND updated_at IS NULL ' +
      `AND created_at < UTC_TIMESTAMP() - INTERVAL ${REPORTS_WITHIN_SECONDS} SECOND`,
  );
  return rows.map(([host, engine, age]) => ({
    host: host ?? '',
    engine: engine ?? '',
    age: Number(age),
  }));
}

/** A stack writes events of itself as if it were its own resource: without these. */
async function readEvents(database: Readable): Promise<Tables['events']> {
  const rows = await database.query(
    'SELECT stack_id, resource_name, MAX(resource_type), resource_action, ' +
      "SUM(resource_status = 'IN_PROGRESS'), SUM(resource_status = 'COMPLETE') " +
      'FROM event WHERE NOT (physical_resource_id <=> stack_id) ' +
      'GROUP BY stack_id, resource_name, resource_action',
  );
  return rows.map(([stack, resource, type, action, begun, done]) => ({
    stack: stack ?? '',
    resource: resource ?? '',
    type: type ?? '',
    action: action ?? '',
    begun: Number(begun),
    done: Number(done),
  }));
}

async function readMadeTwice(database: Readable): Promise<Tables['madeTwice']> {
  const rows = await database.query(
    'SELECT physical_resource_id FROM event ' +
      "WHERE resource_action = 'CREATE' AND resource_status = 'COMPLETE' " +
      "AND physical_resource_id <> stack_id AND physical_resource_id <> '' " +
      // Rows of a user's own database are as its cloud made them.
      `AND stack_id IN (SELECT id FROM stack WHERE name LIKE '${PREFIX}-%') ` +
      'GROUP BY physical_resource_id HAVING COUNT(*) > 1',
  );
  return rows.map(([id]) => id ?? '');
}

async function readStolen(database: Readable): Promise<Tables['stolen']> {
  const rows = await database.query(
    'SELECT stack_id, resource_name, resource_status_reason FROM event ' +
      "WHERE resource_status = 'FAILED' AND resource_status_reason LIKE '%Worker went down during%'",
  );
  return rows.map(([stack, name, reason]) => ({
    stack: stack ?? '',
    what: `${name ?? ''}: ${reason ?? ''}`,
  }));
}
