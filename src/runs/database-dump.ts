import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ContainerEngine } from '../containers/port.ts';
import { isError, RollgateError } from '../errors.ts';
import { openFile } from '../files/read.ts';
import type { Plan } from '../plan/plan.ts';
import type { Migration } from '../preflight/inventory.ts';
import type { OwnTypes } from '../preflight/own-types.ts';
import { releaseLabel } from '../release/release.ts';
import { subjectNamed } from '../subject/registry.ts';
import type { OwnDatabase, Subject } from '../subject/subject.ts';
import { shortened } from '../text/shortened.ts';
import { readInventory } from './preflight.ts';

/** The facts that were read from a dump of a subject's database. */
export interface DatabaseDump {
  readonly path: string;
  /** The size of the file, compressed or not. */
  readonly bytes: number;
  readonly compressed: boolean;
  /** The current migration of the database. */
  readonly revision: string;
  /** The line of the dump, 1-based. */
  readonly line: number;
  /** The minimum number of uses of each resource type. */
  readonly types: ReadonlyMap<string, number>;
  /** Its content, from the beginning. */
  readonly open: () => Promise<Readable>;
}

const FILE = { what: 'database dump', code: 'invalid-database' } as const;

const CREATED = /^CREATE TABLE (?:IF NOT EXISTS )?`(\w+)`/;
const INSERTED = /^INSERT INTO `(\w+)`/;
const VERSIONED = /^INSERT INTO `(?:alembic_version|migrate_version)`/;

const SELECTED = /^USE `([^`]+)`/;
/** The comments with which mariadb-dump and mysqldump begin and end; `--skip-comments` leaves out both. */
const BEGUN = /^-- (?:MariaDB|MySQL) dump /;
const ENDED = /^-- Dump completed/;
/** A line before the first comment switches on a mode of the client. */
const FIRST_LINES = 3;

/** Alembic's identifier, or the number of sqlalchemy-migrate, which comes last. */
const REVISION = /\('([0-9a-f]+)'\)|,\s*(\d+)\)/;

/**
 * Checks a dump of mariadb-dump or mysqldump, before anything is started.
 *
 * @throws RollgateError `invalid-database` for a file that is not a dump of the subject's database.
 */
export async function readDump(path: string, subject: Subject): Promise<DatabaseDump> {
  const { ownDatabase, databaseName, shape } = subject;
  if (ownDatabase === undefined) {
    throw invalid(`${shape.title} takes no database of your own`, 'Leave --database out.');
  }
  const { bytes, compressed, scan } = await scanned(path, ownDatabase);
  const { tables, revision, types, selected, isCut, lines } = scan;
  const make = `Make one with: mariadb-dump --single-transaction ${databaseName} | gzip > dump.sql.gz`;
  const other = selected.find(({ name }) => name !== databaseName);
  if (other !== undefined) {
    const what = `it selects the database ${shortened(other.name)}; only ${databaseName} is loaded`;
    throw invalid(`${path}:${other.line}: ${what}`, make);
  }
  if (isCut) {
    const what = 'it is cut off: mariadb-dump ends with “-- Dump completed”';
    throw invalid(`${path}:${lines}: ${what}`, make);
  }
  const missing = ownDatabase.tables.filter((table) => !tables.has(table));
  if (missing.length > 0) {
    const what = `no table ${missing.join(', ')}: it is no database of ${shape.title}`;
    throw invalid(`${path}: ${what}`, make);
  }
  if (revision === undefined) {
    throw invalid(`${path}: no row of alembic_version or migrate_version`, make);
  }
  const open = async (): Promise<Readable> => (await openFile(path, FILE)).createReadStream();
  return { path, bytes, compressed, ...revision, types, open };
}

/** The lines of a dump, as far as they say something. */
class DumpScan {
  readonly tables = new Set<string>();
  readonly types = new Map<string, number>();
  readonly selected: { readonly name: string; readonly line: number }[] = [];
  revision: { readonly revision: string; readonly line: number } | undefined;
  readonly #wanted: OwnDatabase['types'];
  #line = 0;
  /** The table whose rows come. */
  #inserted = '';
  #versioned = false;
  #begun = false;
  #ended = false;

  constructor(wanted: OwnDatabase['types']) {
    this.#wanted = wanted;
  }

  get lines(): number {
    return this.#line;
  }

  /** Whether its program has not written its last line. */
  get isCut(): boolean {
    return this.#begun && !this.#ended;
  }

  take(text: string): void {
    this.#line += 1;
    this.#begun ||= this.#line <= FIRST_LINES && BEGUN.test(text);
    this.#ended ||= ENDED.test(text);
    const name = SELECTED.exec(text)?.[1];
    if (name !== undefined) this.selected.push({ name, line: this.#line });
    const table = CREATED.exec(text)?.[1];
    if (table !== undefined) this.tables.add(table);
    this.#inserted = INSERTED.exec(text)?.[1] ?? this.#inserted;
    if (this.#wanted !== undefined && this.#inserted === this.#wanted.table) {
      for (const [, type = ''] of text.matchAll(this.#wanted.pattern)) {
        this.types.set(type, (this.types.get(type) ?? 0) + 1);
      }
    }
    this.#versioned ||= VERSIONED.test(text);
    if (!this.#versioned || this.revision !== undefined) return;
    const [, alembic, migrate] = REVISION.exec(text) ?? [];
    const found = alembic ?? migrate;
    if (found !== undefined) this.revision = { revision: found, line: this.#line };
  }
}

async function scanned(path: string, { types }: OwnDatabase) {
  const handle = await openFile(path, FILE);
  const scan = new DumpScan(types);
  try {
    const head = Buffer.alloc(2);
    await handle.read(head, 0, 2, 0);
    const compressed = head[0] === 0x1f && head[1] === 0x8b;
    const { size: bytes } = await handle.stat();
    const file = handle.createReadStream({ start: 0 });
    const input = compressed ? file.pipe(createGunzip()) : file;
    const failed = new Promise<never>((_, reject) => {
      file.once('error', reject);
      input.once('error', reject);
    });
    const read = async (): Promise<void> => {
      for await (const text of createInterface({ input, crlfDelay: Infinity })) scan.take(text);
    };
    await Promise.race([read(), failed]);
    return { bytes, compressed, scan };
  } catch (cause) {
    if (!isError(cause)) throw cause;
    throw invalid(`${path}: ${cause.message}`, 'Is the file whole?', cause);
  } finally {
    await handle.close();
  }
}

/**
 * Checks that a release can migrate a dump's schema: the dump's migration must be one of the
 * release's.
 *
 * @throws RollgateError `invalid-database` with the line.
 */
export function checkRevision(
  { path, line, revision }: Pick<DatabaseDump, 'path' | 'line' | 'revision'>,
  migrations: readonly Pick<Migration, 'revision' | 'after'>[],
  release: string,
): void {
  const same = ({ revision: own }: Pick<Migration, 'revision'>): boolean =>
    own === revision || (/^\d+$/.test(own + revision) && Number(own) === Number(revision));
  if (migrations.some(same)) return;
  const before = new Set(migrations.map(({ after }) => after));
  const last = migrations.findLast((one) => !before.has(one.revision))?.revision ?? 'unknown';
  throw invalid(
    `${path}:${line}: revision ${revision} is none of the ${migrations.length} migrations of ${release}; its last is ${last}`,
    'A lab begins with a database of its base or of an older release. Name the release of the dump with --from, or take a dump from before the upgrade.',
  );
}

/**
 * The initial dump of a plan's lab, read and compared with the base's migrations.
 *
 * @returns `undefined` if the plan has none.
 * @throws RollgateError `invalid-database`, or the error that prevented reading the base's image.
 */
export async function checkedDump(options: {
  readonly engine: ContainerEngine;
  readonly plan: Plan;
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<DatabaseDump | undefined> {
  const { plan } = options;
  if (plan.databaseDump === undefined) return undefined;
  const dump = await readDump(plan.databaseDump, subjectNamed(plan.subject));
  const { schema } = await readInventory('base', options);
  if ('error' in schema) {
    throw invalid(
      `${dump.path}: the migrations of ${plan.base.image} could not be read: ${schema.error}`,
      'Name a release that preflight can read.',
    );
  }
  checkRevision(dump, schema.found.migrations, releaseLabel(plan.base));
  return dump;
}

function invalid(message: string, hint: string, cause?: unknown): RollgateError {
  return new RollgateError('invalid-database', message, { kind: 'usage', hint, cause });
}

/** The facts about a dump that preflight needs. */
export function typesIn(dump: DatabaseDump | undefined): OwnTypes | undefined {
  return dump && { file: basename(dump.path), used: dump.types };
}
