import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { RollgateError } from '../../errors.ts';
import { firstServer } from '../../scenario/topology/infrastructure.ts';
import type { LabAccess } from '../../subject/subject.ts';
import type { ReachableLab } from './reachable-lab.ts';

/** The initial database of a lab, in place of an empty one. */
export interface GivenDatabase {
  readonly path: string;
  readonly bytes: number;
  readonly compressed: boolean;
  readonly revision: string;
  /** Its content, from the beginning. */
  readonly open: () => Promise<Readable>;
}

/** The result of loading it. */
export interface LoadedDatabase {
  /** The file's name. */
  readonly file: string;
  readonly bytes: number;
  readonly revision: string;
  readonly loadSeconds: number;
  /** The duration of the base's migration, in its own container. */
  readonly syncSeconds: number;
  readonly size: DatabaseSize;
}

export interface DatabaseSize {
  /** Rows of the tables that the subject counts. */
  readonly rows: Readonly<Record<string, number>>;
  /** The size of the server's files for it. */
  readonly bytes: number;
}

/** Where the server keeps its data (images/mysql/my.cnf). */
const DATA = '/var/lib/mysql';
const PLACE = '/tmp/rollgate-dump';
/** Makes the following statements fail together, instead of going on after an error. */
const CLIENT = 'mariadb --host=127.0.0.1';

/**
 * Loads a dump into the subject's empty database, with the rights of the subject's own user.
 *
 * @throws RollgateError `database-not-loaded` with the client's output.
 */
export async function loadDatabase(
  lab: ReachableLab,
  given: GivenDatabase,
  signal?: AbortSignal,
): Promise<number> {
  const { subject, engine } = lab;
  const began = performance.now();
  const container = serverOf(lab);
  const content = await given.open();
  await engine.copyFile(container, { path: PLACE, bytes: given.bytes, content });
  const unpack = given.compressed ? `gunzip -c ${PLACE} > ${PLACE}.sql && ` : '';
  const source = given.compressed ? `${PLACE}.sql` : PLACE;
  const adopt = subject.ownDatabase?.adopt ?? 'SELECT 1';
  const client = clientOf(lab);
  const script = `${unpack}${client} < ${source} && ${client} --execute "${adopt}" && rm -f ${PLACE}.sql`;
  await inDatabase(lab, script, `${basename(given.path)} could not be loaded into MariaDB`, signal);
  return (performance.now() - began) / 1000;
}

/** Carries out statements with the rights of the subject's own user. */
export async function changeDatabase(
  lab: ReachableLab,
  statements: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const checks = 'SET FOREIGN_KEY_CHECKS=0, UNIQUE_CHECKS=0';
  const content = `${[checks, ...statements].join(';\n')};\n`;
  const path = '/tmp/rollgate-statements.sql';
  await lab.engine.writeFiles(serverOf(lab), [{ path, content }]);
  await inDatabase(lab, `${clientOf(lab)} < ${path}`, 'statements failed in MariaDB', signal);
}

/** The container in which clients run; of a cluster, each server has all the data. */
function serverOf(lab: Pick<ReachableLab, 'infrastructure' | 'topology'>): string {
  return lab.infrastructure(firstServer(lab.topology, 'mysql'));
}

function clientOf({ subject: { databaseName } }: Pick<ReachableLab, 'subject'>): string {
  return `${CLIENT} --user=${databaseName} ${databaseName}`;
}

/** @throws RollgateError `database-not-loaded` with the client's output. */
async function inDatabase(
  lab: ReachableLab,
  script: string,
  what: string,
  signal?: AbortSignal,
): Promise<void> {
  const { exitCode, stdout, stderr } = await lab.engine.exec(serverOf(lab), ['sh', '-c', script], {
    environment: { MYSQL_PWD: lab.secrets.subjectDatabase },
    ...(signal && { signal }),
  });
  if (exitCode === 0) return;
  throw new RollgateError('database-not-loaded', what, {
    detail: `${stdout}${stderr}`.slice(-2000),
    hint: 'The dump must hold one database and need no more rights than the subject has on its own.',
  });
}

/** How large the subject's database is. */
export async function databaseSize(
  lab: Pick<LabAccess, 'database' | 'engine'> &
    Pick<ReachableLab, 'subject' | 'infrastructure' | 'topology'>,
): Promise<DatabaseSize> {
  const { database, engine, subject } = lab;
  const rows: Record<string, number> = {};
  for (const table of subject.ownDatabase?.tables ?? []) {
    const [[count] = []] = await database.query(`SELECT COUNT(*) FROM ${table}`);
    rows[table] = Number(count ?? 0);
  }
  // The server's own figures are estimates that vary between queries.
  const { stdout } = await engine.exec(serverOf(lab), [
    'du',
    '--summarize',
    '--bytes',
    `${DATA}/${subject.databaseName}`,
  ]);
  return { rows, bytes: Number.parseInt(stdout, 10) || 0 };
}

/**
 * The container with an address in the lab's network, as Docker's name server has it; the address
 * itself if that does not know it.
 */
export async function clientAt(
  lab: Pick<LabAccess, 'engine'> & Pick<ReachableLab, 'infrastructure' | 'topology'>,
  address: string,
): Promise<string> {
  const { exitCode, stdout } = await lab.engine.exec(serverOf(lab), ['getent', 'hosts', address]);
  const [, name] = exitCode === 0 ? stdout.trim().split(/\s+/) : [];
  return name?.split('.')[0] ?? address;
}
