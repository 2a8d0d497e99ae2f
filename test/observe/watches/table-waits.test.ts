import test from 'ava';
import {
  TableWaits,
  serverWork,
  type RunningQuery,
} from '../../../src/observe/watches/table-waits.ts';

const WAITS = 'Waiting for table metadata lock';
const CONVERT = 'ALTER TABLE nodes CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci';

const wait = (sql: string, forMs: number) => ({ state: WAITS, sql, forMs });
const at = (queries: readonly RunningQuery[]) => ({ queries, idle: [] });
const altering = (sql: string) => ({ state: 'copy to tmp table', sql, forMs: 10 });

test('queries that wait for a table give one time, from the first wait to the last look', (t) => {
  const waits = new TableWaits();
  t.deepEqual(waits.take(at([altering(CONVERT), wait('UPDATE nodes SET a = 1', 300)]), 1000), []);
  const more = [wait('UPDATE nodes SET a = 1', 500), wait('SELECT `nodes`.id FROM nodes', 150)];
  t.deepEqual(waits.take(at([altering(CONVERT), ...more]), 1200), []);
  t.deepEqual(waits.take(at([altering('ALTER TABLE ports ADD x INT')]), 1400), [
    { type: 'table-locked', at: 1200, table: 'nodes', from: 700, queries: 2, statement: CONVERT },
  ]);
  t.deepEqual(waits.end(), []);
});

test('of several tables of a query, it waits for the one that is being changed', (t) => {
  const waits = new TableWaits();
  const join = 'SELECT ports.id FROM ports LEFT OUTER JOIN `nodes` ON ports.node_id = nodes.id';
  waits.take(at([altering(CONVERT), wait(join, 100)]), 1000);
  t.like(waits.end()[0], { table: 'nodes' });
});

test('a table that is locked without such a statement is the first that the query names', (t) => {
  const waits = new TableWaits();
  const sleeping = { state: 'User sleep', sql: 'SELECT SLEEP(25)', forMs: 9000 };
  waits.take(at([sleeping, wait('INSERT INTO nodes (id) VALUES (1)', 9000)]), 10_000);
  const [found] = waits.end();
  t.like(found, { table: 'nodes', from: 1000 });
  t.false('statement' in (found ?? {}));
});

test('a migration that itself waits is what the others wait for', (t) => {
  const waits = new TableWaits();
  const change = 'ALTER TABLE `nodes` MODIFY COLUMN extra TEXT';
  waits.take(at([wait(change, 2000), wait('SELECT 1 FROM nodes', 400)]), 5000);
  t.like(waits.end()[0], { table: 'nodes', from: 4600, statement: change, queries: 1 });
});

test('without a waiting query nothing is reported', (t) => {
  const waits = new TableWaits();
  t.deepEqual(
    waits.take(serverWork([['Sending data', 'SELECT 1 FROM nodes', '12.5', 'api:1']]), 1000),
    [],
  );
  t.deepEqual(
    waits.take(at([wait(CONVERT, 100)]), 1200),
    [],
    'the migration harms no request itself',
  );
  t.deepEqual(waits.end(), []);
});

test('without such a statement, a query of several tables waits for the one that most queries name', (t) => {
  const waits = new TableWaits();
  const join = 'SELECT conductors.id FROM conductors JOIN nodes ON nodes.reservation = hostname';
  const others = ['SELECT 1 FROM nodes', 'UPDATE nodes SET a = 1'].map((sql) => wait(sql, 500));
  waits.take(at([wait(join, 300), ...others]), 1000);
  const found = waits.end();
  t.deepEqual(
    found.map(({ table, queries }) => [table, queries]),
    [['nodes', 3]],
  );
});

test('what waits to lock a table waits for a transaction that stays open without a query', (t) => {
  const waits = new TableWaits();
  const change = 'ALTER TABLE stack ADD x INT';
  const look = (waited: number): readonly (readonly (string | null)[])[] => [
    [WAITS, change, `${waited}`, 'db-sync:4'],
    [WAITS, 'SELECT 1 FROM stack', `${waited - 100}`, 'node1-heat-api:5'],
    // One that waits for its next query, and one that began before the table was waited for.
    ['', null, '20', 'node2-heat-engine:6'],
    ['', null, `${waited + 400}`, 'node1-heat-engine:7'],
  ];
  waits.take(serverWork(look(1200)), 10_000);
  waits.take(serverWork(look(1400)), 10_200);
  t.like(waits.end()[0], {
    table: 'stack',
    statement: change,
    holders: [{ host: 'node1-heat-engine', idleMs: 1800 }],
  });
});
