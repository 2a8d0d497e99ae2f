/** The columns of tables, by their names. */
export type Columns = Readonly<Record<string, readonly string[]>>;

export interface Multiplication {
  /** How often all existing rows are copied. */
  readonly copies: number;
  /** Added to an id for each copy; above every existing id. */
  readonly stride: number;
  /** Ids of the existing stacks, including nested ones. */
  readonly stacks: readonly string[];
}

/**
 * The columns of a row that differ in each copy. A `number` is an id, or a row that it refers to. A
 * `uuid` is an identifier. A `stack` may be a stack. A `name` gets the copy's number as suffix. A
 * `physical` is a stack, or otherwise a name.
 */
type ColumnChange = 'number' | 'uuid' | 'stack' | 'name' | 'physical';

/** The tables of Heat with stacks (heat/db/models.py), and their references. */
const TABLES: Readonly<Record<string, Readonly<Record<string, ColumnChange>>>> = {
  stack: {
    id: 'uuid',
    name: 'name',
    raw_template_id: 'number',
    prev_raw_template_id: 'number',
    user_creds_id: 'number',
    owner_id: 'stack',
  },
  raw_template: { id: 'number', files_id: 'number' },
  raw_template_files: { id: 'number' },
  user_creds: { id: 'number' },
  resource: {
    id: 'number',
    uuid: 'uuid',
    nova_instance: 'physical',
    stack_id: 'stack',
    root_stack_id: 'stack',
    current_template_id: 'number',
    rsrc_prop_data_id: 'number',
    attr_data_id: 'number',
    replaces: 'number',
    replaced_by: 'number',
  },
  resource_properties_data: { id: 'number' },
  resource_data: { id: 'number', resource_id: 'number' },
  event: {
    id: 'number',
    uuid: 'uuid',
    stack_id: 'stack',
    physical_resource_id: 'physical',
    rsrc_prop_data_id: 'number',
  },
  stack_tag: { id: 'number', stack_id: 'stack' },
};

export const MULTIPLIED: readonly string[] = Object.keys(TABLES).toSorted();

/** @param roots Existing stacks, without nested ones. */
export function copiesFor(wanted: number, roots: number): number {
  return Math.max(0, Math.ceil(wanted / roots) - 1);
}

/**
 * SQL that copies every row of stacks inside the database, one statement per table. Copies of
 * stacks are rows for migrations and lists: a stack's own records refer by number (`requires`,
 * `current_deps`) to the first copy.
 */
export function multiplySql(columns: Columns, multiplication: Multiplication): readonly string[] {
  return MULTIPLIED.flatMap((table) => {
    const own = columns[table];
    return own === undefined || own.length === 0 ? [] : [copySql(table, own, multiplication)];
  });
}

function copySql(
  table: string,
  columns: readonly string[],
  { copies, stride, stacks }: Multiplication,
): string {
  const listed = stacks.map((id) => `'${id}'`).join(', ');
  const anew = (column: string): string => `CONCAT(LPAD(HEX(s.seq), 8, '0'), SUBSTR(${column}, 9))`;
  const named = (column: string): string => `CONCAT(${column}, '-', s.seq)`;
  const changed = (name: string): string => {
    const column = `t.\`${name}\``;
    const change = TABLES[table]?.[name];
    switch (change) {
      case undefined:
        return column;
      case 'number':
        return `${column} + s.seq * ${stride}`;
      case 'uuid':
        return anew(column);
      case 'stack':
        return `IF(${column} IN (${listed}), ${anew(column)}, ${column})`;
      case 'name':
        return named(column);
      case 'physical':
        return `IF(${column} IN (${listed}), ${anew(column)}, IF(${column} = '', '', ${named(column)}))`;
      default:
        return change satisfies never;
    }
  };
  const names = columns.map((name) => `\`${name}\``).join(', ');
  const which = table === 'stack' ? ` WHERE t.id IN (${listed})` : '';
  return `INSERT INTO \`${table}\` (${names}) SELECT ${columns.map(changed).join(', ')} FROM \`${table}\` t JOIN seq_1_to_${copies} s${which}`;
}
