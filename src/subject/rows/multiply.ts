import type { Database } from '../../infra/mysql.ts';

/** The columns of tables, by their names. */
export type Columns = Readonly<Record<string, readonly string[]>>;

export interface Multiplication {
  /** How often all existing rows are copied. */
  readonly copies: number;
  /** Added to an id for each copy; above every existing id. */
  readonly stride: number;
  /** Identities of the existing objects, such as stacks including nested ones. */
  readonly objects: readonly string[];
}

/**
 * The columns of a row that differ in each copy. A `number` is an id, or a row that it refers to. A
 * `uuid` is an identifier. An `object` may be one of the existing objects. A `name` gets the copy's
 * number as suffix. A `physical` is an object, or otherwise a name. An `address` is the address of a
 * network card, which is made of the row's own `id`. A `flag` is set, and `none` is NULL.
 */
type ColumnChange =
  | 'number'
  | 'uuid'
  | 'object'
  | 'name'
  | 'physical'
  | 'address'
  | 'flag'
  | 'none';

export interface CopiedTable {
  readonly columns: Readonly<Record<string, ColumnChange>>;
  /** The column with which only the existing objects are chosen. Default: every row is copied. */
  readonly only?: string;
}

/** The tables whose rows are copied. */
export type CopiedTables = Readonly<Record<string, CopiedTable>>;

/** The columns that these tables have in a database. */
export async function columnsIn(
  database: Pick<Database, 'query'>,
  tables: CopiedTables,
): Promise<Columns> {
  const names = namesOf(tables).map((name) => `'${name}'`);
  const rows = await database.query(
    'SELECT table_name, column_name FROM information_schema.columns ' +
      `WHERE table_schema = DATABASE() AND table_name IN (${names.join(', ')}) ` +
      'ORDER BY table_name, ordinal_position',
  );
  return Object.fromEntries(
    [...Map.groupBy(rows, ([table]) => table ?? '')].map(([table, own]) => [
      table,
      own.map(([, column]) => column ?? ''),
    ]),
  );
}

function namesOf(tables: CopiedTables): readonly string[] {
  return Object.keys(tables).toSorted();
}

/** @param roots Existing stacks, without nested ones. */
export function copiesFor(wanted: number, roots: number): number {
  return Math.max(0, Math.ceil(wanted / roots) - 1);
}

/** SQL that copies every row inside the database, one statement per table that the database has. */
export function multiplySql(
  tables: CopiedTables,
  columns: Columns,
  multiplication: Multiplication,
): readonly string[] {
  return namesOf(tables).flatMap((name) => {
    const own = columns[name];
    const table = tables[name];
    return table === undefined || own === undefined || own.length === 0
      ? []
      : [copySql(name, table, own, multiplication)];
  });
}

function copySql(
  table: string,
  { columns: changes, only }: CopiedTable,
  columns: readonly string[],
  { copies, stride, objects }: Multiplication,
): string {
  const listed = objects.map((id) => `'${id}'`).join(', ');
  const anew = (column: string): string => `CONCAT(LPAD(HEX(s.seq), 8, '0'), SUBSTR(${column}, 9))`;
  const named = (column: string): string => `CONCAT(${column}, '-', s.seq)`;
  const changed = (name: string): string => {
    const column = `t.\`${name}\``;
    const change = changes[name];
    switch (change) {
      case undefined:
        return column;
      case 'number':
        return `${column} + s.seq * ${stride}`;
      case 'uuid':
        return anew(column);
      case 'object':
        return `IF(${column} IN (${listed}), ${anew(column)}, ${column})`;
      case 'name':
        return named(column);
      case 'physical':
        return `IF(${column} IN (${listed}), ${anew(column)}, IF(${column} = '', '', ${named(column)}))`;
      case 'address':
        return addressOf(`t.\`id\` + s.seq * ${stride}`);
      case 'flag':
        return '1';
      case 'none':
        return 'NULL';
      default:
        return change satisfies never;
    }
  };
  const names = columns.map((name) => `\`${name}\``).join(', ');
  const which = only === undefined ? '' : ` WHERE t.\`${only}\` IN (${listed})`;
  return `INSERT INTO \`${table}\` (${names}) SELECT ${columns.map(changed).join(', ')} FROM \`${table}\` t JOIN seq_1_to_${copies} s${which}`;
}

/** The address of a network card, locally administered. */
function addressOf(number: string): string {
  const digits = `LOWER(LPAD(HEX(${number}), 8, '0'))`;
  const pairs = [1, 3, 5, 7].map((from) => `SUBSTR(${digits}, ${from}, 2)`);
  return `CONCAT_WS(':', '06', '00', ${pairs.join(', ')})`;
}
