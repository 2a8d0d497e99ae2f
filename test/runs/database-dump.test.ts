import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { checkRevision, readDump } from '../../src/runs/database-dump.ts';
import { heat } from '../../src/subject/heat/index.ts';

const TABLES = ['stack', 'resource', 'event', 'raw_template']
  .map((name) => `CREATE TABLE \`${name}\` (\n  \`id\` int(11) NOT NULL\n);\n`)
  .join('');
const REVISION = "INSERT INTO `alembic_version` VALUES\n('c6214ca60943');\n";

async function dumped(t: ExecutionContext, name: string, content: string | Buffer) {
  const directory = await mkdtemp(join(tmpdir(), 'rollgate-dump-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

async function refused(t: ExecutionContext, path: string): Promise<RollgateError> {
  const error = await t.throwsAsync(readDump(path, heat), { instanceOf: RollgateError });
  t.is(error.code, 'invalid-database');
  t.is(error.kind, 'usage');
  return error;
}

test('a dump has its migration, and the line with it', async (t) => {
  const plain = await dumped(t, 'dump.sql', `-- dump\n${TABLES}${REVISION}`);
  t.like(await readDump(plain, heat), { path: plain, revision: 'c6214ca60943', line: 15 });
  const inOne = `${TABLES}INSERT INTO \`alembic_version\` (\`version_num\`) VALUES ('8aa64bbd5b4c');\n`;
  t.like(await readDump(await dumped(t, 'd.sql', inOne), heat), { revision: '8aa64bbd5b4c' });
  const old = `${TABLES}INSERT INTO \`migrate_version\` VALUES ('heat','/usr/lib/heat/migrate_repo',86);\n`;
  t.like(await readDump(await dumped(t, 'd.sql', old), heat), { revision: '86' });
});

test('a dump has the resource types that its templates use', async (t) => {
  const template = String.raw`('1','{\"resources\": {\"a\": {\"type\": \"OS::Heat::Value\"}, \"b\": {\"type\": \"My::Own\"}}, \"parameters\": {\"type\": \"string\"}}'),`;
  const rows = `INSERT INTO \`raw_template\` VALUES\n${template}\n${template}\n('3','');\n`;
  const elsewhere = `INSERT INTO \`event\` VALUES\n${template}\n('2','');\n`;
  const path = await dumped(t, 'd.sql', `${TABLES}${rows}${elsewhere}${REVISION}`);
  const { types } = await readDump(path, heat);
  t.deepEqual(
    [...types],
    [
      ['OS::Heat::Value', 2],
      ['My::Own', 2],
    ],
  );
});

test('a compressed dump is recognised, whatever its name', async (t) => {
  const bytes = gzipSync(`${TABLES}${REVISION}`);
  for (const name of ['dump.sql.gz', 'dump.sql']) {
    const path = await dumped(t, name, bytes);
    t.like(await readDump(path, heat), {
      revision: 'c6214ca60943',
      compressed: true,
      bytes: bytes.length,
    });
  }
});

test('a file that is not a dump of the subject is refused; the error says what it lacks and how to make one', async (t) => {
  const other = await refused(
    t,
    await dumped(t, 'd.sql', `CREATE TABLE \`instances\` (\n);\n${REVISION}`),
  );
  t.regex(
    other.message,
    /d\.sql: no table stack, resource, event, raw_template: it is no database of Heat/,
  );
  t.regex(other.hint ?? '', /mariadb-dump --single-transaction heat/);
  const empty = await refused(t, await dumped(t, 'd.sql', TABLES));
  t.regex(empty.message, /d\.sql: no row of alembic_version or migrate_version/);
  const cut = gzipSync(`${TABLES}${REVISION}`).subarray(0, 40);
  t.regex((await refused(t, await dumped(t, 'd.sql.gz', cut))).message, /d\.sql\.gz: /);
  t.regex((await refused(t, '/nowhere/d.sql')).message, /\/nowhere\/d\.sql/);
});

const HEAD = '-- MariaDB dump 10.19-11.8.9-MariaDB, for debian-linux-gnu (x86_64)\n--\n';
const END = '-- Dump completed on 2026-12-01  7:00:00\n';

test('a dump that ends before its last line is refused: its last rows would be missing', async (t) => {
  const whole = await dumped(t, 'd.sql', `${HEAD}${REVISION}${TABLES}${END}`);
  t.like(await readDump(whole, heat), { revision: 'c6214ca60943' });
  for (const head of [
    HEAD,
    `/*M!999999\\- enable the sandbox mode */ \n${HEAD}`,
    '-- MySQL dump 10.13\n',
  ]) {
    const cut = await dumped(t, 'd.sql', `${head}${REVISION}${TABLES}`);
    const { message, hint } = await refused(t, cut);
    t.regex(message, /d\.sql:1[4567]: it is cut off: mariadb-dump ends with “-- Dump completed”/);
    t.regex(hint ?? '', /mariadb-dump --single-transaction heat/);
  }
});

test('a dump that selects another database is refused, with the line', async (t) => {
  const all = `CREATE DATABASE \`nova\`;\nUSE \`nova\`;\n${TABLES}${REVISION}`;
  const { message, hint } = await refused(t, await dumped(t, 'd.sql', all));
  t.regex(message, /d\.sql:2: it selects the database nova; only heat is loaded/);
  t.regex(hint ?? '', /mariadb-dump --single-transaction heat/);
  const own = await dumped(t, 'd.sql', `USE \`heat\`;\n${TABLES}${REVISION}`);
  t.like(await readDump(own, heat), { revision: 'c6214ca60943' });
});

const MIGRATIONS = [
  { revision: 'c6214ca60943', after: null },
  { revision: 'aaa', after: 'c6214ca60943' },
];
const dump = { path: '/d.sql', line: 7, bytes: 1, compressed: false };

test('a dump at or below the last migration of the base is accepted', (t) => {
  for (const revision of ['c6214ca60943', 'aaa']) {
    t.notThrows(() => checkRevision({ ...dump, revision }, MIGRATIONS, '2025.1'));
  }
  t.notThrows(() =>
    checkRevision({ ...dump, revision: '73' }, [{ revision: '073', after: null }], 'victoria'),
  );
});

test('a dump of a later release is refused with its place, the last migration and a remedy', (t) => {
  const error = t.throws(() => checkRevision({ ...dump, revision: 'bbb' }, MIGRATIONS, '2025.1'), {
    instanceOf: RollgateError,
  });
  t.is(
    error.message,
    '/d.sql:7: revision bbb is none of the 2 migrations of 2025.1; its last is aaa',
  );
  t.regex(error.hint ?? '', /Name the release of the dump with --from/);
});
