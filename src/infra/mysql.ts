import type { ContainerEngine } from '../engine/port.ts';
import { RollgateError } from '../errors.ts';
import type { InfrastructureSpec } from './infrastructure.ts';
import type { Secrets } from './secrets.ts';

/** MariaDB with a database each for Keystone and the subject. */
export function mysqlSpec(secrets: Secrets, subject: string): InfrastructureSpec {
  const database = (name: string, password: string): string =>
    [
      `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb3;`,
      `CREATE USER IF NOT EXISTS '${name}'@'%' IDENTIFIED BY '${password}';`,
      `GRANT ALL ON ${name}.* TO '${name}'@'%';`,
    ].join('\n');
  return {
    image: 'rollgate/mysql:latest',
    ports: [],
    files: [
      {
        path: '/etc/rollgate/init.sql',
        content: [
          database('keystone', secrets.keystoneDatabase),
          database(subject, secrets.subjectDatabase),
          // May ask whether the server is there, and nothing else.
          "CREATE USER IF NOT EXISTS 'mysql'@'localhost' IDENTIFIED VIA unix_socket;",
          '',
        ].join('\n'),
      },
    ],
    ready: { kind: 'log', pattern: /ready for connections/ },
    healthcheck: ['mariadb', '--execute', 'SELECT 1'],
    readySeconds: 60,
  };
}

/** Reads from a lab's database. */
export class Database {
  readonly #engine: ContainerEngine;
  readonly #container: string;
  readonly #name: string;

  constructor(engine: ContainerEngine, container: string, name: string) {
    this.#engine = engine;
    this.#container = container;
    this.#name = name;
  }

  /**
   * Runs a query as the server's own administrator, through its socket.
   * @returns A row an array, `null` for NULL.
   * @throws RollgateError `database-query-failed`
   */
  async query(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    const { exitCode, stdout, stderr } = await this.#engine.exec(
      this.#container,
      ['mariadb', '--batch', '--skip-column-names', this.#name, '--execute', sql],
      // The server lets its administrator in by the user of the socket's other end.
      { user: 'root' },
    );
    if (exitCode !== 0) {
      throw new RollgateError('database-query-failed', `${sql}: ${stderr.trim()}`);
    }
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t').map((cell) => (cell === 'NULL' ? null : cell)));
  }
}
