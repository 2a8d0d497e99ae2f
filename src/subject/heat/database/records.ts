import type { Database } from '../../../infra/mysql.ts';
import { counted } from '../../../text/counted.ts';
import type { StackAction } from '../api/turns.ts';
import { missingEvents, type AnnouncedStack, type EventCount } from './announced.ts';
import { leftInWords, surplusOf, type Surplus } from './keystone-left.ts';
import type { Orphan } from './orphans.ts';
import { readTables, type Tables } from './tables.ts';

const ORPHANS = 'nothing-orphaned';
const TRUSTS = 'nothing-left-in-keystone';

/** Conditions on one stack's rows in Heat's database. */
export interface StackRecord extends AnnouncedStack {
  /** The id that it had before it was abandoned and adopted. */
  readonly formerId?: string | undefined;
  /** The accepted actions on it, all of them completed. */
  readonly accepted: readonly StackAction[];
  /** Heat leaves one of its templates behind, with an upgrade and without. */
  readonly leavesTemplate?: boolean;
  /**
   * Its deletion overtook another action. The engine that finds its own traversal overtaken works
   * on the resource for the deletion too (heat/engine/check_resource.py,
   * `_retrigger_new_traversal`), beside the engine that got it from the deletion.
   */
  readonly overtakes?: boolean;
  /** Resources that each change replaces. */
  readonly replaced?: readonly string[];
  /** How many copies outside the stack its deletion has to keep. */
  readonly retained?: number;
  /** An update may replace its resources, because its template is unknown. */
  readonly mayReplace?: boolean;
}

export interface RecordResult {
  readonly check: string;
  readonly object: string;
  readonly ok: boolean;
  readonly detail: string;
  /** The rows of `nothing-orphaned`, if there are some. */
  readonly orphans?: readonly Orphan[];
  /** Of `nothing-left-in-keystone`, if it fails. */
  readonly surplus?: Surplus;
}

/**
 * Reads facts from the database that the API does not show: leftovers of deleted stacks, rows held
 * by gone engines, and actions done twice.
 *
 * @param records For the stacks whose operations were all completed.
 * @param open Ids of stacks whose last operation is stuck or got no answer. The holder of a stuck
 * stack is reported with its operation.
 */
export async function checkRecords(
  database: Pick<Database, 'query'>,
  records: readonly StackRecord[],
  open: readonly string[],
): Promise<readonly RecordResult[]> {
  const tables = await readTables(database);
  return [
    ...records.flatMap((record) => {
      const { id, formerId } = record;
      const ids = formerId === undefined ? [id] : [id, formerId];
      const tree = new Set(ids.flatMap((one) => [...tables.treeOf(one)]));
      return [
        ...(record.accepted.some((action) => action === 'delete' || action === 'abandon')
          ? [leftover(record, tree, tables), ...retained(record, tree, tables)]
          : []),
        ...doneOnce(record, tree, tables),
        ...stolenLocks(record, tree, tables),
      ];
    }),
    ...announced(records, tables),
    heldByGone(open, tables),
    reported(tables),
    ...(open.length === 0 ? [nothingOrphaned(records, tables), nothingInKeystone(tables)] : []),
    checkOf('physical-ids-unique', 'all stacks', {
      bad: tables.madeTwice,
      good: 'no two creations ended with the same physical id',
      words: (twice) => `made more than once: ${twice.join(', ')}`,
    }),
  ];
}

/** A check that `checkRecords` leaves out. */
export interface LeftOutRecord {
  readonly check: string;
  /** A phrase that completes “Not judged, since …”. */
  readonly why: string;
}

/**
 * The checks that open operations prevent, each with the reason.
 *
 * @param open As for `checkRecords`.
 */
export function leftOutRecords({ length }: readonly string[]): readonly LeftOutRecord[] {
  if (length === 0) return [];
  const why = `the last operation of ${counted(length, 'stack')} is stuck or got no answer, and such an operation refers to its rows in other ways`;
  return [ORPHANS, TRUSTS].map((check) => ({ check, why }));
}

/** A check that passes if nothing wrong was found. */
function checkOf<Bad>(
  check: string,
  object: string,
  {
    bad,
    good,
    words,
  }: {
    readonly bad: readonly Bad[];
    readonly good: string;
    readonly words: (bad: readonly Bad[]) => string;
  },
): RecordResult {
  const ok = bad.length === 0;
  return { check, object, ok, detail: ok ? good : words(bad) };
}

/** A deleted stack's row stays, marked as deleted; none of its other rows may. */
function leftover(
  { name, accepted }: StackRecord,
  tree: ReadonlySet<string>,
  { configurations, resources, locks, syncPoints, notDeleted, remains }: Tables,
): RecordResult {
  const left = [
    ...resources.filter(({ stack }) => tree.has(stack)).map((one) => `resource ${one.name}`),
    ...locks.filter(({ stack }) => tree.has(stack)).map(({ engine }) => `lock of ${engine}`),
    ...syncPoints.filter(({ stack }) => tree.has(stack)).map(({ count }) => `${count} sync points`),
    ...[...tree].filter((stack) => notDeleted.has(stack)).map((stack) => `stack ${stack}`),
    ...remains
      .filter(({ stack }) => tree.has(stack))
      .filter(({ staysAbandoned }) => !(staysAbandoned && accepted.includes('abandon')))
      .map(({ what }) => what),
    ...configurations
      .filter(({ stack, isRetained }) => tree.has(stack) && !isRetained)
      .map(({ name: configuration }) => `software configuration ${configuration}`),
  ];
  return checkOf('nothing-left-after-delete', name, {
    bad: left,
    good: 'no resource, lock, sync point, snapshot or project of its users',
    words: (bad) => `left: ${bad.join(', ')}`,
  });
}

/** What the template retains outlives its stack. */
function retained(
  { name, retained: due = 0 }: StackRecord,
  tree: ReadonlySet<string>,
  { configurations }: Tables,
): readonly RecordResult[] {
  if (due === 0) return [];
  const found = configurations.filter(({ stack, isRetained }) => isRetained && tree.has(stack));
  const detail = `${found.length} of ${due} retained software configurations are left`;
  return [{ check: 'retained-stays', object: name, ok: found.length === due, detail }];
}

/**
 * A replaced template, replaced properties, credentials of a deleted stack, …
 *
 * A stack refers to its template and to the previous one. An update that is stopped keeps both, and
 * the next action takes the place of the previous one without deleting it (heat/engine/stack.py,
 * `converge_stack` and `purge_db`, in all releases of the catalogue).
 */
function nothingOrphaned(records: readonly StackRecord[], { orphans: all }: Tables): RecordResult {
  let left = records.filter(({ leavesTemplate }) => leavesTemplate).length;
  const orphans = all.filter(({ table }) => table !== 'raw_template' || (left -= 1) < 0);
  const result = checkOf(ORPHANS, 'all stacks', {
    bad: orphans,
    good: 'each row is one of a stack, a resource or an event',
    words: (bad) => `rows to which no other row refers: ${countedByTable(bad)}`,
  });
  return orphans.length === 0 ? result : { ...result, orphans };
}

function countedByTable(orphans: readonly Orphan[]): string {
  const tables = Map.groupBy(orphans, ({ table }) => table);
  return [...tables].map(([table, own]) => `${own.length} of ${table}`).join(', ');
}

/** Each action on a stack has its events, and reached the resources that it has to reach. */
function announced(
  records: readonly StackRecord[],
  { ownEvents, events }: Tables,
): readonly RecordResult[] {
  const missing = missingEvents(records, { own: ownEvents, resources: events });
  return [...missing].map(([{ name }, bad]) =>
    checkOf('events-of-each-action', name, {
      bad,
      good: 'the events that such an action has on other stacks',
      words: (all) => all.join('; '),
    }),
  );
}

function reported({ unreported }: Tables): RecordResult {
  return checkOf('engines-report-themselves', 'all engines', {
    bad: unreported.map(({ host, engine, age }) => `${host} (${engine}), ${age} s old`),
    good: 'each has reported itself',
    words: (bad) => `not since their start: ${bad.join(', ')}`,
  });
}

function nothingInKeystone({ keystone }: Tables): RecordResult {
  const result = checkOf(TRUSTS, 'all stacks', {
    bad: [leftInWords(keystone) ?? []].flat(),
    good: 'no more trusts than stacks with credentials',
    words: (bad) => bad.join(),
  });
  return result.ok ? result : { ...result, surplus: surplusOf(keystone) };
}

function heldByGone(open: readonly string[], tables: Tables): RecordResult {
  const { treeOf, resources, locks, engines } = tables;
  const excused = new Set(open.flatMap((id) => [...treeOf(id)]));
  const isLeft = (one: { readonly stack: string; readonly engine: string | null }): boolean =>
    one.engine !== null && !engines.has(one.engine) && !excused.has(one.stack);
  const held = [
    ...resources
      .filter(isLeft)
      .map(({ name, stack, engine }) => `resource ${name} of ${stack} by ${engine ?? ''}`),
    ...locks.filter(isLeft).map(({ stack, engine }) => `stack ${stack} by ${engine}`),
  ];
  return checkOf('held-by-no-gone-engine', 'all stacks', {
    bad: held,
    good: 'no row names an engine that is gone',
    words: (bad) => `held: ${bad.join(', ')}`,
  });
}

/** Heat writes an event when it begins an action on a resource, and one when the action is done. */
function doneOnce(
  { name, accepted, mayReplace = false, overtakes = false, replaced = [] }: StackRecord,
  tree: ReadonlySet<string>,
  { events }: Tables,
): readonly RecordResult[] {
  const own = events.filter(({ stack }) => tree.has(stack));
  if (own.length === 0) return [];
  const most = ({ action, resource, type }: EventCount): number => {
    const always = mayReplace || replaced.includes(resource);
    const again = action === 'DELETE' && overtakes ? 1 : 0;
    return again + mostOf(action, always || type === 'OS::Heat::TestResource', accepted, always);
  };
  const twice = own.filter((one) => Math.max(one.begun, one.done) > most(one));
  const count = (one: EventCount): string =>
    `${one.action} of ${one.resource} begun ${one.begun} times and done ${one.done}, ` +
    `asked for ${most(one)}`;
  return [
    checkOf('nothing-done-twice', name, {
      bad: twice,
      good: `${own.length} actions on resources, each as often as it was requested`,
      words: (bad) => bad.map(count).join('; '),
    }),
  ];
}

/**
 * An engine that finds a resource of another engine asks that engine by RPC whether it is alive.
 * Without an answer it takes the resource and writes this event (`check_resource.py`,
 * `_stale_resource_needs_retry`), whether the other engine is gone or only unreachable.
 */
function stolenLocks(
  { name }: StackRecord,
  tree: ReadonlySet<string>,
  { events, stolen }: Tables,
): readonly RecordResult[] {
  if (!events.some(({ stack }) => tree.has(stack))) return [];
  return [
    checkOf('no-lock-stolen', name, {
      bad: stolen.filter(({ stack }) => tree.has(stack)).map(({ what }) => what),
      good: 'no engine took another for dead',
      words: (bad) =>
        `an engine took a resource from another that it took for dead: ${bad.join('; ')}`,
    }),
  ];
}

/**
 * How often an action may be seen on a resource, after the actions on its stack.
 *
 * @param replaceable Whether a replacement creates it again; if that is unknown, each update may.
 */
function mostOf(
  action: string,
  replaceable: boolean,
  accepted: readonly StackAction[],
  everyUpdate: boolean,
): number {
  const count = (...wanted: readonly StackAction[]): number =>
    accepted.filter((one) => wanted.includes(one)).length;
  const replaced = replaceable
    ? count(
        'replace',
        'mark-unhealthy',
        'failing-update',
        ...(everyUpdate ? ['update' as const] : []),
      )
    : 0;
  switch (action) {
    case 'CREATE':
      return 1 + replaced;
    case 'DELETE':
      return count('delete', 'abandon', 'reshape', 'redefine') + replaced;
    // A replacement begins as an update, which then finds that it cannot be made in place.
    case 'UPDATE':
      return (
        count('update', 'replace', 'reshape', 'redefine', 'restore', 'cancel') +
        // The update, and its rollback.
        2 * count('failing-update')
      );
    case 'CHECK':
      return count('check', 'mark-unhealthy', 'mark-healthy');
    case 'SUSPEND':
      return count('suspend');
    case 'RESUME':
      return count('resume');
    case 'SNAPSHOT':
      return count('snapshot');
    default:
      return Infinity;
  }
}
