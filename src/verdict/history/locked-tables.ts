import type { EventOf, RunEvent } from '../../events/event.ts';
import { slug } from '../schema/slug.ts';
import { coverage, lengthOf, union, type Interval } from './interval.ts';

/** A table of the database that queries of services waited for while a migration had locked it. */
export interface LockedTable {
  readonly table: string;
  /** When queries waited, in order. */
  readonly times: readonly Interval[];
  /** How many queries waited at one time, at most. */
  readonly queries: number;
  /** What locked it, as far as the server showed it. */
  readonly statements: readonly string[];
  /** Transactions that stayed open without a query meanwhile: what was to lock it waited for them. */
  readonly holders: readonly { readonly host: string; readonly idleMs: number }[];
}

export function readLockedTables(events: readonly RunEvent[]): readonly LockedTable[] {
  const seen = events.filter((event) => event.type === 'table-locked');
  return [...Map.groupBy(seen, ({ table }) => table)].map(([table, own]) => ({
    table,
    times: union(own.map(({ from, at }) => ({ from, to: at }))),
    queries: Math.max(...own.map(({ queries }) => queries)),
    statements: [...new Set(own.flatMap(({ statement }) => statement ?? []))],
    holders: own.flatMap(({ holders }) => holders ?? []),
  }));
}

/** The share of a request's time that a lock must cover to explain it. */
const EXPLAINING_SHARE = 0.5;

/** The table that a request waited for most of its time. */
export function tableBehind(
  tables: readonly LockedTable[],
  { sentAt, at }: Pick<EventOf<'request'>, 'sentAt' | 'at'>,
): LockedTable | undefined {
  const covered = tables.map((one) => ({
    one,
    ms: coverage(one.times, { from: sentAt, to: at }),
  }));
  const [most] = covered.toSorted((a, b) => b.ms - a.ms);
  return most !== undefined && most.ms > 0 && most.ms >= EXPLAINING_SHARE * (at - sentAt)
    ? most.one
    : undefined;
}

/** The load balancer finds a service again this long after it answers. */
const FOUND_AGAIN_MS = 3_000;

/** The table that was locked when a request was sent that found no service; the one locked longest. */
export function tableAt(
  tables: readonly LockedTable[],
  { sentAt }: Pick<EventOf<'request'>, 'sentAt'>,
): LockedTable | undefined {
  const locked = tables.filter(({ times }) =>
    times.some(({ from, to }) => from <= sentAt && sentAt <= to + FOUND_AGAIN_MS),
  );
  return locked.toSorted((a, b) => lengthOf(b.times) - lengthOf(a.times))[0];
}

/** The id of the cause for all requests that waited for a table. */
export function tableCauseId({ table }: Pick<LockedTable, 'table'>): string {
  return slug('table-locked', table);
}
