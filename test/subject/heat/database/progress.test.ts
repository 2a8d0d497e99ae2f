import test from 'ava';
import { lastEvents, haltedTraversal } from '../../../../src/subject/heat/database/progress.ts';

type Rows = readonly (readonly (string | null)[])[];
const answering = (rows: Rows) => ({ query: () => Promise.resolve(rows) });

const ROOT = '11111111-2222-3333-4444-555555555555';
const GROUP = '22222222-2222-3333-4444-555555555555';
const MEMBER = '33333333-2222-3333-4444-555555555555';

interface Resource {
  readonly id: number;
  readonly name: string;
  readonly stack?: string;
  readonly status?: string;
  readonly engine?: string;
  readonly engineIsThere?: boolean;
  readonly updatedAt?: number;
  readonly requires?: readonly number[];
  readonly physical?: string;
  readonly finished?: boolean;
  readonly nestedSince?: number;
}

/** A row of the query in `haltedTraversal`. */
const row = (one: Resource): readonly (string | null)[] => [
  String(one.id),
  one.name,
  one.stack ?? ROOT,
  one.status ?? 'CREATE_IN_PROGRESS',
  one.engine ?? null,
  one.engine === undefined ? null : 'node1',
  one.engine === undefined ? null : one.engineIsThere === true ? '0' : '1',
  one.updatedAt === undefined ? null : String(one.updatedAt),
  JSON.stringify(one.requires ?? []),
  one.physical ?? null,
  one.finished === true ? '1' : '0',
  one.nestedSince === undefined ? null : String(one.nestedSince),
];

const group = { id: 1, name: 'group', physical: GROUP };
const member = { id: 2, name: '0', stack: GROUP, physical: MEMBER, nestedSince: 100 };
const link = { stack: MEMBER, nestedSince: 100 };

test('an event of a nested stack is progress of the outermost', async (t) => {
  const last = await lastEvents(
    answering([
      [ROOT, '100', null],
      [GROUP, '110', ROOT],
      [MEMBER, '120', GROUP],
    ]),
  );
  t.deepEqual([...last], [[ROOT, 120_000]]);
});

test('an unfinished part of a nested stack is named by its path, with its holder', async (t) => {
  const { unfinished } = await haltedTraversal(
    answering([
      row(group),
      row(member),
      row({ ...link, id: 3, name: 'link1', finished: true, status: 'CREATE_COMPLETE' }),
      row({ ...link, id: 4, name: 'link2', requires: [3], engine: 'engine-1' }),
    ]),
    ROOT,
  );
  t.deepEqual(unfinished, [
    { part: 'group', status: 'CREATE_IN_PROGRESS' },
    { part: 'group/0', status: 'CREATE_IN_PROGRESS' },
    {
      part: 'group/0/link2',
      status: 'CREATE_IN_PROGRESS',
      heldBy: 'node1 engine-1 (gone)',
      holder: { engineId: 'engine-1', gone: true },
    },
  ]);
});

test('work is due since its requirements were done', async (t) => {
  const { dueAt } = await haltedTraversal(
    answering([
      row(group),
      row(member),
      row({ ...link, id: 3, name: 'link1', finished: true, updatedAt: 130 }),
      row({ ...link, id: 4, name: 'link2', requires: [3] }),
    ]),
    ROOT,
  );
  t.is(dueAt, 130_000);
});

test('a resource without requirements in a nested stack is due since the stack began', async (t) => {
  const rows = [row(group), row(member), row({ ...link, id: 3, name: 'link1' })];
  t.is((await haltedTraversal(answering(rows), ROOT)).dueAt, 100_000);
});

test('a nested stack’s own resource is due since everything in it was done', async (t) => {
  const rows = [
    row(group),
    row({ ...member, finished: true, updatedAt: 150 }),
    row({ ...link, id: 3, name: 'link1', finished: true, updatedAt: 140 }),
  ];
  t.is((await haltedTraversal(answering(rows), ROOT)).dueAt, 150_000);
});

test('the database does not show since when a resource that no engine has begun is due', async (t) => {
  t.is((await haltedTraversal(answering([row({ id: 1, name: 'link1' })]), ROOT)).dueAt, undefined);
});

test('work held by a living engine is under way; work held by a gone engine or by none is not', async (t) => {
  const of = async (one: Partial<Resource>) =>
    (await haltedTraversal(answering([row({ id: 1, name: 'link1', ...one })]), ROOT)).underWay;
  t.true(await of({ engine: 'engine-1', engineIsThere: true }));
  t.false(await of({ engine: 'engine-1' }));
  t.false(await of({}));
  t.true(await of({ finished: true }));
});

const points = (...data: readonly (readonly [string, string])[]): Rows => data;
/** Resources, and sync points by the number of the resource, or the id of the stack. */
const having = (resources: Rows, syncPoints: Rows) => ({
  query: (sql: string) => Promise.resolve(sql.includes('sync_point') ? syncPoints : resources),
});
const OLD = 'tuple:(1, True)';
const NEW = "tuple:(2, True, 'resource')";
const data = (...reporters: readonly string[]): string =>
  JSON.stringify({ input_data: Object.fromEntries(reporters.map((one) => [one, null])) });

test('a resource whose sync point two versions wrote is marked', async (t) => {
  const resources = [
    row({ id: 1, name: 'random', finished: true }),
    row({ id: 2, name: 'link1', finished: true }),
    row({ id: 3, name: 'link2', status: 'INIT_COMPLETE', requires: [1, 2] }),
  ];
  const mixed = await haltedTraversal(having(resources, points(['3', data(OLD, NEW)])), ROOT);
  t.like(mixed.unfinished, { 0: { part: 'link2', status: 'INIT_COMPLETE' }, length: 1 });
  t.is(mixed.unfinished[0]?.blocked?.detail, `${OLD} beside ${NEW}`);
  for (const one of [data(OLD), data(NEW, NEW), data()]) {
    const { unfinished } = await haltedTraversal(having(resources, points(['3', one])), ROOT);
    t.is(unfinished[0]?.blocked, undefined);
  }
});

test('a resource that is done but not cleaned up is marked too', async (t) => {
  const resources = [row({ id: 1, name: 'random', status: 'UPDATE_COMPLETE', finished: true })];
  const { unfinished } = await haltedTraversal(
    having(resources, points(['1', data(OLD, NEW)])),
    ROOT,
  );
  t.like(unfinished, {
    0: { part: 'the clean-up of random', status: 'UPDATE_COMPLETE' },
    length: 1,
  });
});

test('a stack is marked too if all its resources are done', async (t) => {
  const resources = [row({ id: 1, name: 'random', finished: true })];
  const mixed = await haltedTraversal(having(resources, points([ROOT, data(OLD, NEW)])), ROOT);
  t.deepEqual(
    mixed.unfinished.map(({ part, blocked }) => [part, blocked !== undefined]),
    [['its end', true]],
  );
  t.deepEqual(
    (await haltedTraversal(having(resources, points([ROOT, data(OLD)])), ROOT)).unfinished,
    [],
  );
});
