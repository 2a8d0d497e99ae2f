import test from 'ava';
import { readConductors } from '../../../src/subject/ironic/database/conductors.ts';
import {
  nodeRecords,
  readChanges,
  readInFlight,
  readReservations,
} from '../../../src/subject/ironic/database/nodes.ts';

type Rows = readonly (readonly (string | null)[])[];

/** A database that answers with these rows, one answer after the other. */
function database(...answers: readonly Rows[]) {
  const left = [...answers];
  return { query: () => Promise.resolve(left.shift() ?? []) };
}

test('ironic: a conductor is identified by its name, up or down', async (t) => {
  const rows = [
    ['node1', '10', '20', '1'],
    ['node2', '10', '12', '0'],
  ];
  t.deepEqual(await readConductors(database(rows)), [
    { host: 'node1', engineId: 'node1', createdAt: 10_000, updatedAt: 20_000, status: 'up' },
    { host: 'node2', engineId: 'node2', createdAt: 10_000, updatedAt: 12_000, status: 'down' },
  ]);
});

test('ironic: a conductor that is listed under its address belongs to its host', async (t) => {
  const rows = [
    ['node1-ironic-conductor', '10', '20', '1'],
    ['node1-ironic-conductor-2', '10', '20', '1'],
  ];
  const found = await readConductors(database(rows));
  t.deepEqual(
    found.map(({ host, engineId }) => [host, engineId]),
    [
      ['node1', 'node1-ironic-conductor'],
      ['node1-2', 'node1-ironic-conductor-2'],
    ],
  );
});

test('ironic: locks are listed with their holders', async (t) => {
  t.deepEqual(await readReservations(database([['rollgate-1-0', 'node2']])), {
    locks: [{ object: 'rollgate-1-0', engineId: 'node2' }],
    held: [],
  });
});

test('ironic: a node that is silent for long is stuck', async (t) => {
  const rows = [
    ['id1', 'one', 'deploying', 'active', 'node1', '61'],
    ['id2', 'two', 'cleaning', 'available', null, '3'],
  ];
  const found = await readInFlight(database(rows), { stuckAfterSeconds: 60 });
  t.deepEqual(
    found.map(({ object, status, stuck, lockedBy }) => [object, status, stuck, lockedBy]),
    [
      ['one', 'deploying (to active)', true, 'node1'],
      ['two', 'cleaning (to available)', false, undefined],
    ],
  );
});

test('ironic: a node’s history and its state', async (t) => {
  const changes = await readChanges(
    database(
      [['5', 'node1', 'provisioning', 'it failed']],
      [['7', 'one', 'deploy failed', null, 'it failed']],
    ),
    'one',
  );
  t.deepEqual(changes, [
    { at: 5000, text: 'history: provisioning on node1: it failed' },
    { at: 7000, text: 'one: deploy failed since then, last error: it failed' },
  ]);
});

test('ironic: the record of a node whose power is being changed says so', async (t) => {
  const rows = [
    ['id1', 'active', 'node1', null, '5', 'power off'],
    ['id2', 'deploying', null, null, '5', null],
  ];
  const found = await nodeRecords(database(rows)).read();
  t.deepEqual(
    [...found.values()].map(({ state }) => state),
    ['active (to power off)', 'deploying'],
  );
});

test('ironic: for a name that is not a node’s, no query is sent', async (t) => {
  const never = { query: () => Promise.reject(new Error('asked')) };
  t.deepEqual(await readChanges(never, "x' OR 1"), []);
});
