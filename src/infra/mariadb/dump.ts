import { isUtf8 } from 'node:buffer';
import type { Connection, RowDataPacket } from 'mysql2';

/** Characters of one INSERT; the server takes 16 MB at a time. */
const STATEMENT = 1_000_000;

/**
 * A database as SQL, table by table, as mariadb-dump would write it. (Its program is not in the
 * image: it comes with Perl.)
 */
export async function* dumpOf(connection: Connection): AsyncIterable<string> {
  yield 'SET NAMES utf8mb4;\nSET FOREIGN_KEY_CHECKS=0;\nSET UNIQUE_CHECKS=0;\n';
  const asked = connection.promise();
  await asked.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  const [tables] = await asked.query<NameRow[]>({ sql: 'SHOW TABLES', rowsAsArray: true });
  for (const [table = ''] of tables) {
    const [[shown]] = await asked.query<NameRow[]>({
      sql: `SHOW CREATE TABLE \`${table}\``,
      rowsAsArray: true,
    });
    yield `\n${shown?.[1] ?? ''};\n`;
    yield* rowsOf(connection, table);
  }
}

type NameRow = RowDataPacket & string[];

async function* rowsOf(connection: Connection, table: string): AsyncIterable<string> {
  const stream: AsyncIterable<unknown> = connection
    .query({
      sql: `SELECT * FROM \`${table}\``,
      rowsAsArray: true,
      typeCast: (field) => literal(field.buffer(), connection),
    })
    .stream();
  const head = `INSERT INTO \`${table}\` VALUES\n`;
  let rows: string[] = [];
  let length = 0;
  for await (const row of stream) {
    if (!Array.isArray(row)) continue;
    const text = `(${row.join(',')})`;
    rows.push(text);
    length += text.length;
    if (length < STATEMENT) continue;
    yield `${head}${rows.join(',\n')};\n`;
    rows = [];
    length = 0;
  }
  if (rows.length > 0) yield `${head}${rows.join(',\n')};\n`;
}

/** A value in SQL: every type accepts text; other values are written as bytes. */
function literal(value: Buffer | null, connection: Connection): string {
  if (value === null) return 'NULL';
  if (!isUtf8(value)) return `0x${value.toString('hex')}`;
  return connection.escape(value.toString('utf8'));
}
