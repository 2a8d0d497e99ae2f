import type { Severity } from '../../events/finding.ts';
import { counted } from '../../text/counted.ts';
import type { FoundIn, MigrationOperation } from '../inventory.ts';
import { listed, type Hazard } from '../sides.ts';

/** The effect of a migration's operation on services that use the database at that time. */
export interface MigrationEffect {
  readonly kind:
    | 'additive'
    | 'destructive'
    | 'not-null'
    | 'constraining'
    | 'loosening'
    | 'long-running'
    | 'unread';
  readonly text: string;
  readonly severity: Severity;
  readonly hazard: Hazard;
  /** The name that an error of the database would contain. */
  readonly mentions?: readonly string[];
}

/** MySQL copies the table for these (online DDL, "Converting a Character Set", "Changing the Data Type of a Column"). */
const REBUILDS = /\b(?:CONVERT\s+TO\s+CHARACTER\s+SET|MODIFY|CHANGE\s+COLUMN|ENGINE\s*=)\b/i;

/** The known facts about the tables that the base's code uses. */
export type SchemaTables = FoundIn<'schema'>['tables'];

/**
 * The effects of an operation on a database of the base. MySQL builds an index while the table is
 * read and written (online DDL, `ALGORITHM=INPLACE`), but copies the table to change a column's
 * type.
 *
 * @param alsoAdded Columns that the same migration adds.
 */
export function effectsOf(
  operation: MigrationOperation,
  base: SchemaTables,
  alsoAdded: readonly (string | null)[],
): readonly MigrationEffect[] {
  const { table: name, columns } = operation;
  const used = base.find((table) => table.name === name);
  const at = (column: string | null): string => `${name ?? '?'}.${column ?? '?'}`;
  const uses = (column: string | null): boolean =>
    used?.columns.some((own) => own.name === column) === true;
  const on = `${name ?? 'a table'} (${columns.map(({ name }) => name ?? '?').join(', ')})`;
  switch (operation.operation) {
    case 'create_table':
      return [additive(`table ${name ?? '?'}`), ...holds(operation, base)];
    case 'add_column':
      return [
        ...columns.map((column) => added(column, at(column.name), used !== undefined)),
        ...holds(operation, base),
      ];
    case 'drop_table':
      return [destroys(`table ${name ?? '?'} is dropped`, used !== undefined, [name ?? ''])];
    case 'drop_column':
      return columns.map(({ name: column }) =>
        destroys(`column ${at(column)} is dropped`, uses(column), [column ?? '']),
      );
    case 'rename_table':
      return [destroys(`table ${name ?? '?'} is renamed`, used !== undefined, [name ?? ''])];
    case 'alter_column':
      return columns.flatMap(({ name: column }) => altered(operation, at(column), uses(column)));
    case 'create_index':
      return [used === undefined ? additive(`an index on ${on}`) : indexes(operation, on)];
    case 'create_unique_constraint':
    case 'create_primary_key':
      return [constrains(`${on} must be unique: it fails if rows are equal`)];
    case 'create_check_constraint':
      return [
        constrains(`a new check on ${name ?? 'a table'}: the base may write rows that fail it`),
      ];
    case 'create_foreign_key':
      return [
        constrains(`a foreign key on ${name ?? 'a table'}: every row is checked under a lock`),
        ...holds(operation, base),
      ];
    case 'drop_index':
      return [
        loosens(
          `an index on ${name ?? 'a table'} is dropped: what it found now reads the whole table`,
          used !== undefined,
        ),
      ];
    case 'drop_constraint':
      return [
        loosens(
          `a constraint on ${name ?? 'a table'} is dropped: rows may be what the base does not expect`,
          used !== undefined,
        ),
      ];
    case 'execute':
      if (operation.sets?.every((column) => alsoAdded.includes(column)) === true) {
        return [additive(`${operation.sets.join(', ')} filled in every row`)];
      }
      return [unread('a statement')];
    default:
      return [unread(operation.operation)];
  }
}

/** A new column. @param isUsed Whether the base's code uses the table. */
function added(
  { name, nullable, default: standard }: MigrationOperation['columns'][number],
  at: string,
  isUsed: boolean,
): MigrationEffect {
  if (nullable) return additive(`column ${at} (nullable)`);
  if (standard) return additive(`column ${at} (with a default)`);
  return {
    kind: 'not-null',
    text: `column ${at} may not be null and has no default: code that does not know it cannot insert rows`,
    severity: isUsed ? 'blocking' : 'info',
    hazard: 'releases-meet',
    mentions: name === null ? [] : [name],
  };
}

/** An index on a table that the base's code uses. */
function indexes({ unique }: MigrationOperation, on: string): MigrationEffect {
  if (unique) return constrains(`a unique index on ${on}: it fails if rows are equal`);
  return {
    kind: 'long-running',
    text: `an index on ${on} takes as long as the table is large`,
    severity: 'info',
    hazard: 'none',
  };
}

/** Plain SQL that alters a table. */
export function isPlainAlter({ operation, sql, table }: MigrationOperation): boolean {
  return operation === 'execute' && table !== null && sql !== undefined;
}

/** The combined effect of such statements of one migration. */
export function alterEffect(
  operations: readonly MigrationOperation[],
  base: SchemaTables,
): MigrationEffect {
  const tables = [...new Set(operations.flatMap(({ table }) => table ?? []))];
  const used = tables.some((name) => base.some((table) => table.name === name));
  const copies = operations.some(({ sql }) => REBUILDS.test(sql ?? ''));
  return {
    kind: 'long-running',
    text: `plain SQL ${copies ? 'rebuilds' : 'alters'} ${counted(tables.length, 'table')} (${listed(tables, 8)}): each takes as long as it is large, and cannot be written meanwhile`,
    severity: used ? 'risk' : 'info',
    hazard: used ? 'releases-meet' : 'none',
  };
}

function unread(what: string): MigrationEffect {
  return {
    kind: 'unread',
    text: `${what}: a person has to read its effect and its duration`,
    severity: 'risk',
    hazard: 'target-runs',
  };
}

function altered(
  operation: MigrationOperation,
  column: string,
  used: boolean,
): readonly MigrationEffect[] {
  const bare = column.split('.')[1] ?? column;
  const effects: MigrationEffect[] = [];
  if (operation.renamed) effects.push(destroys(`column ${column} is renamed`, used, [bare]));
  if (operation.nullable === false) {
    effects.push({
      kind: 'not-null',
      text: `column ${column} may no longer be null: it fails where it is, and the base may write it`,
      severity: 'risk',
      hazard: 'releases-meet',
      mentions: [bare],
    });
  }
  if (operation.retyped) {
    effects.push({
      kind: 'long-running',
      text: `column ${column} changes its type: the table is copied, and cannot be written meanwhile`,
      severity: 'risk',
      hazard: 'releases-meet',
    });
  }
  return effects.length > 0 ? effects : [additive(`column ${column} is altered`)];
}

/**
 * Rows of the base's tables to which new rows refer: the base does not know that it must remove the
 * new rows first.
 */
function holds(
  { table, references }: MigrationOperation,
  base: SchemaTables,
): readonly MigrationEffect[] {
  return references
    .filter((one) => one.onDelete === null && one.table !== table)
    .filter((one) => base.some(({ name }) => name === one.table))
    .map((one) => ({
      kind: 'constraining',
      text: `rows of ${table ?? '?'} hold rows of ${one.table} by a foreign key without ON DELETE: code that does not know ${table ?? '?'} cannot delete those`,
      severity: 'risk',
      hazard: 'releases-meet',
      mentions: [table ?? ''],
    }));
}

function additive(text: string): MigrationEffect {
  return { kind: 'additive', text, severity: 'info', hazard: 'none' };
}

function constrains(text: string): MigrationEffect {
  return { kind: 'constraining', text, severity: 'risk', hazard: 'releases-meet' };
}

function loosens(text: string, used: boolean): MigrationEffect {
  return {
    kind: 'loosening',
    text,
    severity: used ? 'risk' : 'info',
    hazard: used ? 'target-runs' : 'none',
  };
}

function destroys(what: string, used: boolean, mentions: readonly string[]): MigrationEffect {
  return {
    kind: 'destructive',
    text: used ? `${what}, which the base's code uses` : `${what}; the base's code does not use it`,
    severity: used ? 'blocking' : 'risk',
    hazard: used ? 'releases-meet' : 'target-runs',
    ...(used ? { mentions } : {}),
  };
}
