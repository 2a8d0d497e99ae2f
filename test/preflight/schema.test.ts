import test from 'ava';
import { compareInventories } from '../../src/preflight/compare.ts';
import type { FoundIn, MigrationOperation } from '../../src/preflight/inventory.ts';
import { AVOIDANCE, NAMES, found, inventory, PLACE, described } from './inventories.ts';

type Schema = FoundIn<'schema'>;
type Column = MigrationOperation['columns'][number];

const TABLES: Schema['tables'] = [
  {
    name: 'stack',
    ...PLACE,
    columns: [{ name: 'name', type: 'String', nullable: true, line: 1, references: [] }],
  },
];

function operation(operation: string, given: Partial<MigrationOperation> = {}): MigrationOperation {
  return {
    operation,
    table: 'stack',
    line: 7,
    columns: [],
    nullable: null,
    retyped: false,
    renamed: false,
    unique: false,
    references: [],
    sets: [],
    ...given,
  };
}

function column(name: string, given: Partial<Column> = {}): Column {
  return { name, type: 'sa.String', nullable: true, default: false, ...given };
}

/** One migration after the base's, with these operations. */
function migrated(...operations: readonly MigrationOperation[]): readonly string[] {
  return described({ schema: schema() }, { schema: schema(...operations) });
}

function schema(...operations: readonly MigrationOperation[]): Schema {
  const first = { revision: 'a1', after: null, title: 'Initial', ...PLACE, operations: [] };
  const next = { revision: 'b2', after: 'a1', title: 'Next', ...PLACE, operations };
  const migrations = operations.length === 0 ? [first] : [next, first];
  return {
    tool: 'alembic',
    migrations: migrations.map((one) => ({ ...one, operations: [...one.operations] })),
    tables: TABLES,
  };
}

const is = test.macro({
  title: (_, what: string) => `a migration: ${what}`,
  exec(t, _what: string, operations: readonly MigrationOperation[], expected: readonly string[]) {
    t.deepEqual(migrated(...operations), expected);
  },
});

test(
  is,
  'columns that may be null, or have a default, are additive',
  [
    operation('add_column', { columns: [column('a')] }),
    operation('add_column', { columns: [column('b', { nullable: false, default: true })] }),
  ],
  ['info: Migration b2 is additive: column stack.a (nullable), column stack.b (with a default)'],
);
test(
  is,
  'a column that may not be null and has no default keeps the base from inserting',
  [operation('add_column', { columns: [column('a', { nullable: false })] })],
  [
    'blocking: Migration b2, not null: column stack.a may not be null and has no default: code that does not know it cannot insert rows',
  ],
);
test(
  is,
  'a dropped or renamed column is blocking if the base uses it, otherwise a risk',
  [
    operation('drop_column', { columns: [column('name')] }),
    operation('drop_column', { columns: [column('unused')] }),
    operation('alter_column', { columns: [column('name')], renamed: true }),
    operation('drop_table'),
    operation('drop_table', { table: 'watch_rule' }),
  ],
  [
    "blocking: Migration b2, destructive: column stack.name is dropped, which the base's code uses",
    "blocking: Migration b2, destructive: column stack.name is renamed, which the base's code uses",
    "blocking: Migration b2, destructive: table stack is dropped, which the base's code uses",
    "risk: Migration b2, destructive: column stack.unused is dropped; the base's code does not use it",
    "risk: Migration b2, destructive: table watch_rule is dropped; the base's code does not use it",
  ],
);
test(
  is,
  'a column that may no longer be null, or changes its type',
  [operation('alter_column', { columns: [column('name')], nullable: false, retyped: true })],
  [
    'risk: Migration b2, long running: column stack.name changes its type: the table is copied, and cannot be written meanwhile',
    'risk: Migration b2, not null: column stack.name may no longer be null: it fails where it is, and the base may write it',
  ],
);
test(
  is,
  'an index takes its time, a unique one may fail, one on a new table neither',
  [
    operation('create_index', { columns: [column('name')] }),
    operation('create_index', { columns: [column('name')], unique: true }),
    operation('create_index', { table: 'new', columns: [column('id')] }),
  ],
  [
    'risk: Migration b2, constraining: a unique index on stack (name): it fails if rows are equal',
    'info: Migration b2 adds: an index on new (id)',
    'info: Migration b2, long running: an index on stack (name) takes as long as the table is large',
  ],
);
test(
  is,
  'an index or a constraint that is dropped is a risk where the base has the table',
  [
    operation('drop_index'),
    operation('drop_constraint'),
    operation('drop_index', { table: 'new' }),
  ],
  [
    'risk: Migration b2, loosening: an index on stack is dropped: what it found now reads the whole table',
    'risk: Migration b2, loosening: a constraint on stack is dropped: rows may be what the base does not expect',
    'info: Migration b2, loosening: an index on new is dropped: what it found now reads the whole table',
  ],
);
test(
  is,
  'a new table whose rows hold those of one that the base knows',
  [operation('create_table', { table: 'part', references: [{ table: 'stack', onDelete: null }] })],
  [
    'risk: Migration b2, constraining: rows of part hold rows of stack by a foreign key without ON DELETE: code that does not know part cannot delete those',
    'info: Migration b2 is additive: table part',
  ],
);
test(
  is,
  'a new table whose rows go with those that they refer to is additive',
  [
    operation('create_table', {
      table: 'part',
      references: [{ table: 'stack', onDelete: 'CASCADE' }],
    }),
  ],
  ['info: Migration b2 is additive: table part'],
);
test(
  is,
  'a statement that fills a column of the same migration is additive, any other is for a person',
  [
    operation('add_column', { columns: [column('a')] }),
    operation('execute', { table: null, sets: ['a'] }),
    operation('execute', { table: null, sets: ['name'] }),
  ],
  [
    'risk: Migration b2, unread: a statement: a person has to read its effect and its duration',
    'info: Migration b2 adds: column stack.a (nullable), a filled in every row',
  ],
);

function life(base: Schema, target: Schema): string {
  const [one, other] = [
    inventory('1.0.0', { schema: base }),
    inventory('2.0.0', { schema: target }),
  ];
  const finding = compareInventories(one, other, AVOIDANCE, NAMES).find(
    ({ id }) => id === 'schema-life',
  );
  return `${finding?.severity}: ${finding?.title}`;
}

test('the comparison shows if the base’s code can work on the target’s schema', (t) => {
  t.is(life(schema(), schema()), 'info: The schema stays as it is (head a1 in 1.0.0, a1 in 2.0.0)');
  const additive = operation('add_column', { columns: [column('a')] });
  t.is(
    life(schema(), schema(additive)),
    'info: 1.0.0 can live on the schema of 2.0.0 (1 migration); 2.0.0 needs it, so db_sync comes first',
  );
  t.is(
    life(schema(), schema(operation('drop_table'))),
    'blocking: 1.0.0 cannot live on the schema of 2.0.0 (1 migration)',
  );
});

test('a change that breaks the base’s code is avoided if the base no longer runs; otherwise its log shows it', (t) => {
  const [finding] = found(
    { schema: schema() },
    { schema: schema(operation('add_column', { columns: [column('a', { nullable: false })] })) },
  );
  t.deepEqual(finding?.avoidedBy, ['cold']);
  t.deepEqual(finding?.predicts?.mentions, ['a']);
  t.true(finding?.predicts?.causes.includes('database-schema-mismatch'));
});

test('the first migration of another tool represents the existing schema', (t) => {
  const old = { ...schema(), tool: 'sqlalchemy-migrate' };
  const target = schema(operation('add_column', { columns: [column('a')] }));
  const dropping = {
    ...target,
    migrations: target.migrations.map((migration) =>
      migration.after === null
        ? { ...migration, operations: [operation('drop_table')] }
        : migration,
    ),
  };
  t.deepEqual(described({ schema: old }, { schema: dropping }), [
    'risk: The schema moves from sqlalchemy-migrate to alembic: a database that is not at a1 is stamped anyway',
    'info: Migration b2 is additive: column stack.a (nullable)',
  ]);
});
