import { counted } from '../../text/counted.ts';
import type { Migration } from '../inventory.ts';
import { evidence, type Difference, type Half, type Rule } from '../sides.ts';
import { effectsOf, isPlainAlter, alterEffect, type MigrationEffect } from './effect.ts';

type SchemaHalf = Half<'schema'>;

/** Causes and signatures by which a run shows that code and schema do not fit. */
const PREDICTED = ['database-schema-mismatch', 'database-error'];

/**
 * The operations of the migrations between the two releases, and whether the base still works with
 * them.
 */
export const compareSchema: Rule<'schema'> = (base, target) => {
  const pending = pendingMigrations(base, target);
  const found = pending.flatMap((migration) => {
    const { tables } = base.found;
    const alters = migration.operations.filter(isPlainAlter);
    const [alter] = alters;
    return describeMigration(target, migration, [
      ...migration.operations
        .filter((operation) => !isPlainAlter(operation))
        .map((operation) => ({
          operation,
          effects: effectsOf(operation, tables, columnsAdded(migration)),
        })),
      ...(alter === undefined
        ? []
        : [{ operation: alter, effects: [alterEffect(alters, tables)] }]),
    ]);
  });
  return [...movedTool(base, target), ...found, life(base, target, pending, found)];
};

/** Those that the base does not have, the oldest first. */
function pendingMigrations(base: SchemaHalf, target: SchemaHalf): readonly Migration[] {
  const known = new Set(base.found.migrations.map(({ revision }) => revision));
  const moved = base.found.tool !== target.found.tool;
  return inOrder(target.found.migrations).filter(({ revision, after }) =>
    // The first migration of another tool represents the existing schema.
    moved ? after !== null : !known.has(revision),
  );
}

function inOrder(migrations: readonly Migration[]): readonly Migration[] {
  const ordered: Migration[] = [];
  let next = migrations.filter(({ after }) => after === null);
  while (next.length > 0) {
    ordered.push(...next);
    const reached = new Set(next.map(({ revision }) => revision));
    next = migrations.filter(({ after }) => after !== null && reached.has(after));
  }
  // Migrations that depend on nothing are included anyway.
  return [...ordered, ...migrations.filter((migration) => !ordered.includes(migration))];
}

function head({ found }: SchemaHalf): string {
  return inOrder(found.migrations).at(-1)?.revision ?? 'none';
}

function columnsAdded({ operations }: Migration): readonly (string | null)[] {
  return operations
    .filter(({ operation }) => operation === 'add_column')
    .flatMap(({ columns }) => columns.map(({ name }) => name));
}

/** An operation of a migration, and one of its effects. */
interface EffectOfOperation {
  readonly operation: Migration['operations'][number];
  readonly effect: MigrationEffect;
}

function describeMigration(
  target: SchemaHalf,
  migration: Migration,
  operations: readonly {
    readonly operation: Migration['operations'][number];
    readonly effects: readonly MigrationEffect[];
  }[],
): readonly Difference[] {
  const all = operations.flatMap(({ operation, effects }) =>
    effects.map((effect) => ({ operation, effect })),
  );
  const additive = all.filter(({ effect }) => effect.kind === 'additive');
  const others = all.filter(({ effect }) => effect.kind !== 'additive');
  const only = others.every(({ effect }) => effect.kind === 'constraining');
  return [
    ...(additive.length === 0 && all.length > 0
      ? []
      : [describeAdditions(target, migration, additive, only)]),
    ...describeChanges(target, migration, others),
  ];
}

/** @param only Whether the migration only adds. */
function describeAdditions(
  target: SchemaHalf,
  migration: Migration,
  additive: readonly EffectOfOperation[],
  only: boolean,
): Difference {
  const { revision, title, file } = migration;
  const what = additive.map(({ effect }) => effect.text).join(', ');
  return {
    id: `schema-${revision}`,
    area: 'schema',
    severity: 'info',
    title: `Migration ${revision} ${only ? 'is additive' : 'adds'}: ${additive.length === 0 ? 'it does nothing' : what}`,
    evidence: [
      evidence(target, migration, title),
      ...additive.map(({ operation, effect }) =>
        evidence(target, { file, line: operation.line }, effect.text),
      ),
    ],
    hazard: 'none',
  };
}

function describeChanges(
  target: SchemaHalf,
  { revision, file }: Migration,
  changes: readonly EffectOfOperation[],
): readonly Difference[] {
  return changes.map(({ operation, effect }, index) => ({
    id: `schema-${revision}-${effect.kind}-${index + 1}`,
    area: 'schema',
    severity: effect.severity,
    title: `Migration ${revision}, ${effect.kind.replace('-', ' ')}: ${effect.text}`,
    evidence: [evidence(target, { file, line: operation.line }, operation.operation)],
    hazard: effect.hazard,
    ...(effect.mentions === undefined
      ? {}
      : { predicts: { causes: PREDICTED, mentions: [...effect.mentions] } }),
  }));
}

/** Whether the base's code works on the target's schema, and the target's on the base's. */
function life(
  base: SchemaHalf,
  target: SchemaHalf,
  pending: readonly Migration[],
  found: readonly Difference[],
): Difference {
  const blocking = found.filter(({ severity }) => severity === 'blocking').length;
  const risks = found.filter(({ severity }) => severity === 'risk').length;
  const doubts = risks === 0 ? '' : `, except ${counted(risks, 'risk')}`;
  const title =
    pending.length === 0
      ? `The schema stays as it is (head ${head(base)} in ${base.label}, ${head(target)} in ${target.label})`
      : blocking > 0
        ? `${base.label} cannot live on the schema of ${target.label} (${counted(pending.length, 'migration')})`
        : `${base.label} can live on the schema of ${target.label} (${counted(pending.length, 'migration')})${doubts}; ${target.label} needs it, so db_sync comes first`;
  const last = (half: SchemaHalf) => inOrder(half.found.migrations).at(-1);
  return {
    id: 'schema-life',
    area: 'schema',
    severity: blocking > 0 ? 'blocking' : 'info',
    title,
    evidence: [base, target].flatMap((half) => {
      const migration = last(half);
      return migration === undefined
        ? []
        : [evidence(half, migration, `head ${migration.revision} of ${half.found.tool}`)];
    }),
    hazard: blocking > 0 ? 'releases-meet' : 'none',
  };
}

/** heat/db/migration.py stamps a database of the old tool without checking its revision. */
function movedTool(base: SchemaHalf, target: SchemaHalf): readonly Difference[] {
  if (base.found.tool === target.found.tool) return [];
  const [first] = inOrder(target.found.migrations);
  return [
    {
      id: 'schema-tool',
      area: 'schema',
      severity: 'risk',
      title: `The schema moves from ${base.found.tool} to ${target.found.tool}: a database that is not at ${head(base)} is stamped anyway`,
      evidence: [
        ...base.found.migrations
          .slice(-1)
          .map((migration) => evidence(base, migration, `head ${migration.revision}`)),
        ...(first === undefined
          ? []
          : [evidence(target, first, `${first.revision} represents the existing schema`)]),
      ],
      hazard: 'target-runs',
    },
  ];
}
