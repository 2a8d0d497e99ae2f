import type { EventOf } from '../../events/event.ts';
import { startWatch, type Watch, type Watching } from './watch.ts';

const INTERVAL_MS = 200;

/** A query that runs in the database's server, as its list of processes has it. */
export interface RunningQuery {
  readonly state: string;
  readonly sql: string;
  /** For how long it has been in this state, in milliseconds. */
  readonly forMs: number;
}

/** A transaction that is open while its connection runs no query: it keeps its locks. */
export interface IdleTransaction {
  /** The client, as the server names it, without its port. */
  readonly host: string;
  /** For how long it has run no query, in milliseconds. */
  readonly idleMs: number;
}

/** What the database's server does at one moment. */
export interface ServerWork {
  readonly queries: readonly RunningQuery[];
  readonly idle: readonly IdleTransaction[];
}

export interface TableWatchOptions extends Watching {
  readonly work: (signal: AbortSignal) => Promise<ServerWork>;
}

/**
 * SQL for the running queries and the open transactions of a database (MariaDB,
 * information_schema.PROCESSLIST and INNODB_TRX).
 */
export function serverWorkSql(database: string): string {
  return (
    'SELECT p.STATE, p.INFO, p.TIME_MS, p.HOST FROM information_schema.PROCESSLIST p ' +
    'LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = p.ID ' +
    `WHERE p.DB = '${database}' AND p.ID <> CONNECTION_ID() ` +
    'AND (p.INFO IS NOT NULL OR t.trx_id IS NOT NULL)'
  );
}

/** Its rows. */
export function serverWork(rows: readonly (readonly (string | null)[])[]): ServerWork {
  return {
    queries: rows.flatMap(([state, sql, ms]) =>
      sql == null ? [] : [{ state: state ?? '', sql, forMs: Number(ms) }],
    ),
    idle: rows.flatMap(([, sql, ms, host]) =>
      sql == null ? [{ host: (host ?? '').replace(/:\d+$/, ''), idleMs: Number(ms) }] : [],
    ),
  };
}

/**
 * Looks five times a second which queries wait for a table that a migration has locked. A wait that
 * ends between two looks is not seen.
 */
export function watchTables({ work, ...watching }: TableWatchOptions): Watch {
  const waits = new TableWaits();
  const watch = startWatch({
    ...watching,
    name: 'tables',
    everyMs: INTERVAL_MS,
    limitMs: 3000,
    look: async (signal) => waits.take(await work(signal), watching.now()),
  });
  return {
    async stop() {
      await watch.stop();
      for (const event of waits.end()) watching.emit(event);
    },
  };
}

/** MariaDB's state of a query that waits for a table, whatever it will do with it. */
const WAITING = /^Waiting for table/;
/** A statement that locks tables as a whole. */
const LOCKS =
  /^\s*(?:ALTER|CREATE|DROP|RENAME|TRUNCATE|OPTIMIZE)\b[^;]*?\bTABLE(?:\s+IF(?:\s+NOT)?\s+EXISTS)?\s+`?(?:\w+`?\.`?)?(\w+)/i;
/** The tables of another statement. */
const NAMED = /\b(?:FROM|JOIN|INTO|UPDATE|TABLES?)\s+`?(?:\w+`?\.`?)?(\w+)/gi;

interface OpenWait {
  readonly from: number;
  to: number;
  queries: number;
  statement: string | undefined;
  holders: readonly IdleTransaction[];
}

/** A transaction that is idle for less time may just be between two queries. */
export const IDLE_MS = 1000;

/** From what the server shows at several moments, the times in which queries waited for a table. */
export class TableWaits {
  readonly #open = new Map<string, OpenWait>();

  /** @returns The waits that have ended. */
  take({ queries, idle }: ServerWork, now: number): readonly EventOf<'table-locked'>[] {
    const locking = queries.flatMap(({ sql }) => {
      const table = LOCKS.exec(sql)?.[1];
      return table === undefined ? [] : [{ table, sql }];
    });
    const waiting = queries.filter(({ state, sql }) => WAITING.test(state) && !LOCKS.test(sql));
    const isNamed = Map.groupBy(
      waiting.flatMap(({ sql }) => [...new Set(tablesIn(sql))]),
      (table) => table,
    );
    const byTable = Map.groupBy(waiting, ({ sql }) => tableOf(sql, locking, isNamed));
    for (const [table, own] of byTable) {
      const statement = locking.find((one) => one.table === table)?.sql;
      const from = now - Math.max(...own.map(({ forMs }) => forMs));
      const wait = this.#open.get(table) ?? { from, to: now, queries: 0, statement, holders: [] };
      const holders = idle.filter(({ idleMs }) => idleMs >= Math.max(IDLE_MS, now - wait.from));
      this.#open.set(table, {
        from: Math.min(wait.from, from),
        to: now,
        queries: Math.max(wait.queries, own.length),
        statement: wait.statement ?? statement,
        holders: holders.length > 0 ? holders : wait.holders,
      });
    }
    return this.#close((table) => !byTable.has(table));
  }

  /** @returns The waits that were open. */
  end(): readonly EventOf<'table-locked'>[] {
    return this.#close(() => true);
  }

  #close(isOver: (table: string) => boolean): readonly EventOf<'table-locked'>[] {
    const over = [...this.#open].filter(([table]) => isOver(table));
    for (const [table] of over) this.#open.delete(table);
    return over.map(([table, { from, to, queries, statement, holders }]) => ({
      type: 'table-locked',
      at: to,
      table,
      from: Math.max(0, from),
      queries,
      ...(statement === undefined ? {} : { statement: shortened(statement) }),
      ...(holders.length === 0 ? {} : { holders: [...holders] }),
    }));
  }
}

/**
 * The table that a query waits for: the one that is being locked, otherwise of those that it names
 * the one that most waiting queries name.
 *
 * @param isNamed Each table, as often as a waiting query names it.
 */
function tableOf(
  sql: string,
  locking: readonly { readonly table: string }[],
  isNamed: ReadonlyMap<string, readonly string[]>,
): string {
  const named = tablesIn(sql);
  const often = named.toSorted(
    (a, b) => (isNamed.get(b)?.length ?? 0) - (isNamed.get(a)?.length ?? 0),
  );
  return locking.find(({ table }) => named.includes(table))?.table ?? often[0] ?? 'unknown';
}

function tablesIn(sql: string): readonly string[] {
  return [...sql.matchAll(NAMED)].flatMap(([, table]) => table ?? []);
}

function shortened(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length <= STATEMENT_LENGTH ? line : `${line.slice(0, STATEMENT_LENGTH)}…`;
}

const STATEMENT_LENGTH = 160;
