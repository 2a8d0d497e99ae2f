import { connect } from 'node:net';
import { createConnection as streamingConnection } from 'mysql2';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { messageOf, RollgateError } from '../errors.ts';
import type { DatabaseOptions } from '../plan/deployer.ts';
import type { InfrastructureSpec, PlaceInCluster } from './infrastructure.ts';
import { dumpOf } from './mariadb/dump.ts';
import { galeraOptions, inCluster } from './mariadb/galera.ts';
import type { Secrets } from './secrets.ts';

export const MYSQL_PORT = 3306;
/** The user with read access to the databases of the subject and of Keystone. */
const READER = 'reader';

/** MariaDB; several servers form a Galera cluster. */
export function mysqlSpec(
  secrets: Secrets,
  { server, servers }: PlaceInCluster,
  {
    subject,
    options = {},
  }: {
    /** The subject's database and user. */
    readonly subject: string;
    /** Of the server, over the image's own. */
    readonly options?: DatabaseOptions | undefined;
  },
): InfrastructureSpec {
  const isCluster = servers.length > 1;
  const database = (name: string, password: string): string =>
    [
      `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb3;`,
      `CREATE USER IF NOT EXISTS '${name}'@'%' IDENTIFIED BY '${password}';`,
      `GRANT ALL ON ${name}.* TO '${name}'@'%';`,
    ].join('\n');
  return {
    image: 'rollgate/mysql:latest',
    ports: [MYSQL_PORT],
    files: [
      {
        path: '/etc/rollgate/init.sql',
        content: [
          database('keystone', secrets.keystoneDatabase),
          database(subject, secrets.subjectDatabase),
          `CREATE USER IF NOT EXISTS '${READER}'@'%' IDENTIFIED BY '${secrets.databaseReader}';`,
          ...[subject, 'keystone'].map((name) => `GRANT SELECT ON ${name}.* TO '${READER}'@'%';`),
          // Otherwise it sees only its own queries.
          `GRANT PROCESS ON *.* TO '${READER}'@'%';`,
          // May only check whether the server is up.
          "CREATE USER IF NOT EXISTS 'mysql'@'localhost' IDENTIFIED VIA unix_socket;",
          ...(isCluster ? [MAY_TRANSFER] : []),
          '',
        ].join('\n'),
      },
      optionFile({
        ...LAB_OPTIONS,
        ...(isCluster ? galeraOptions({ server, servers }) : {}),
        ...options,
      }),
    ],
    ready: { kind: 'log', pattern: /ready for connections/ },
    keeps: { directory: '/var/lib/mysql' },
    healthcheck: ['mariadb', '--execute', 'SELECT 1'],
    readySeconds: 60,
    ...(isCluster ? inCluster({ server, servers }) : {}),
  };
}

/**
 * MariaDB switches this on from 11.6.2 on. Then a deletion of a stack fails now and then, with or
 * without an upgrade (docs/findings/stack-row-changed.md): 1 of 105 stacks in a run. Kolla-Ansible and
 * devstack switch it off. `loose`: older servers do not know it.
 */
const LAB_OPTIONS: DatabaseOptions = { loose_innodb_snapshot_isolation: false };

/** What a server's own user needs to send its data to another one (MariaDB, "mariadb-backup SST"). */
const MAY_TRANSFER =
  "GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR ON *.* TO 'mysql'@'localhost';";

/** Of an option that stands twice, the server takes the last. */
function optionFile(options: DatabaseOptions): InfrastructureSpec['files'][number] {
  const lines = Object.entries(options).map(([key, value]) => `${key} = ${textOf(value)}`);
  return {
    path: '/etc/mysql/conf.d/rollgate.cnf',
    content: ['[mariadbd]', ...lines, ''].join('\n'),
    mode: 0o644,
  };
}

function textOf(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'ON' : 'OFF') : String(value);
}

/** A lab's database, for reading. */
export interface Database {
  /**
   * @returns An array for each row, `null` for NULL.
   * @throws RollgateError `database-query-failed`, also on abort.
   */
  query(sql: string, signal?: AbortSignal): Promise<readonly (readonly (string | null)[])[]>;
}

/** The answer of a query. */
export interface Table {
  readonly columns: readonly string[];
  /** A row an array, `null` for NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A database that does not answer for this long counts as down. */
const ANSWER_SECONDS = 10;

/**
 * Uses a new connection for each query: it costs a few milliseconds, and nothing stays open. A
 * client started in the container for each query would cost many times more.
 */
export class MysqlDatabase implements Database {
  readonly #name: string;
  readonly #password: string;
  readonly #port: () => number;
  readonly #answerSeconds: number;

  /** @param port The loopback port, looked up when it is needed. */
  constructor(name: string, password: string, port: () => number, answerSeconds = ANSWER_SECONDS) {
    this.#answerSeconds = answerSeconds;
    this.#name = name;
    this.#password = password;
    this.#port = port;
  }

  async query(sql: string, signal?: AbortSignal): Promise<readonly (readonly (string | null)[])[]> {
    return (await this.table(sql, signal)).rows;
  }

  /**
   * The same with the columns' names.
   * @throws RollgateError `database-query-failed`, also on abort.
   */
  async table(sql: string, signal?: AbortSignal): Promise<Table> {
    const limit = AbortSignal.timeout(this.#answerSeconds * 1000);
    // mysql2's own limits end with the handshake, and its destroy() leaves the socket half open.
    const socket = connect({
      host: '127.0.0.1',
      port: this.#port(),
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    try {
      const connection = await createConnection({
        stream: () => socket,
        user: READER,
        password: this.#password,
        database: this.#name,
        typeCast: (field) => field.string(),
      });
      const [rows, fields] = await connection.query<TextRow[]>({ sql, rowsAsArray: true });
      await connection.end();
      // An answer without a table (SET, USE) has no fields, although the types say otherwise.
      const columns: readonly { readonly name: string }[] | undefined = fields;
      return columns === undefined
        ? { columns: [], rows: [] }
        : { columns: columns.map(({ name }) => name), rows };
    } catch (cause) {
      const text = limit.aborted ? `no answer within ${this.#answerSeconds} s` : messageOf(cause);
      throw new RollgateError('database-query-failed', `${sql}: ${text}`, { cause });
    } finally {
      socket.destroy();
    }
  }

  /** The whole database as SQL. @throws RollgateError `database-query-failed`. */
  async *dump(): AsyncIterable<string> {
    const connection = streamingConnection({
      host: '127.0.0.1',
      port: this.#port(),
      user: READER,
      password: this.#password,
      database: this.#name,
    });
    try {
      yield* dumpOf(connection);
    } catch (cause) {
      throw new RollgateError('database-query-failed', `dump: ${messageOf(cause)}`, { cause });
    } finally {
      connection.destroy();
    }
  }
}

type TextRow = RowDataPacket & (string | null)[];
