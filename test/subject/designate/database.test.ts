import test from 'ava';
import { readServices } from '../../../src/subject/designate/database/services.ts';
import {
  objectOf,
  readChanges,
  readInFlight,
  zoneName,
  zoneRecords,
} from '../../../src/subject/designate/database/zones.ts';
import { engineIdOf, isRowOf } from '../../../src/subject/records.ts';

type Rows = readonly (readonly (string | null)[])[];

/** A database that answers with these rows, one answer after the other. */
function database(...answers: readonly Rows[]) {
  const left = [...answers];
  return { query: () => Promise.resolve(left.shift() ?? []) };
}

const STORED = 'a2c445c804ea41ee9b0572b72b4d0af4';
const SHOWN = 'a2c445c8-04ea-41ee-9b05-72b72b4d0af4';

test('designate: two services of a host are two rows, each with its own state', async (t) => {
  const rows = await readServices(
    database([
      ['node1', 'central', '10', '20', '1'],
      ['node1', 'worker', '10', '12', '0'],
    ]),
  );
  t.deepEqual(
    rows.map(({ service, engineId, status }) => [service, engineId, status]),
    [
      ['designate-central', 'central@node1', 'up'],
      ['designate-worker', 'worker@node1', 'down'],
    ],
  );
  const worker = {
    node: 'node1',
    kind: 'designate-worker',
    service: 'designate-worker',
    role: 'engine',
  } as const;
  t.is(engineIdOf(rows, worker), 'worker@node1');
  t.is(engineIdOf(rows, { ...worker, node: 'node2' }), undefined);
  t.is(engineIdOf(rows, { ...worker, role: 'api' }), undefined);
});

test('a row without a service belongs to any engine of its host', (t) => {
  const engine = { node: 'node1', kind: 'engine', service: 'engine', role: 'engine' } as const;
  t.true(isRowOf({ host: 'node1' }, engine));
  t.false(isRowOf({ host: 'node1', service: 'another' }, engine));
  t.false(isRowOf({ host: 'node2' }, engine));
});

test('designate: identities are those of the API', async (t) => {
  const zones = await zoneRecords(database([[STORED, 'PENDING', 'UPDATE', '7']])).read();
  t.deepEqual(zones.get(SHOWN), { state: 'PENDING (UPDATE)', changedAt: 7000 });
});

test('designate: a zone that is silent for long is stuck', async (t) => {
  const found = await readInFlight(
    database([
      [STORED, zoneName('one'), 'PENDING', 'CREATE', '61'],
      [STORED, 'two.example.', 'ERROR', 'UPDATE', '3'],
    ]),
    { stuckAfterSeconds: 60 },
  );
  t.deepEqual(
    found.map(({ object, id, status, stuck }) => [object, id, status, stuck]),
    [
      ['one', SHOWN, 'PENDING (CREATE)', true],
      ['two.example.', SHOWN, 'ERROR (UPDATE)', false],
    ],
  );
});

test('designate: a zone’s object is its name’s first label', (t) => {
  t.is(objectOf(zoneName('rollgate-1-0')), 'rollgate-1-0');
});

test('designate: the status of a zone, and its recordsets', async (t) => {
  const changes = await readChanges(
    database(
      [['7', zoneName('one'), 'ACTIVE', 'NONE', '12', '1']],
      [['5', `www.${zoneName('one')}`, 'A']],
    ),
    'one',
  );
  t.deepEqual(changes, [
    { at: 7000, text: 'one.rollgate.example.: ACTIVE, action NONE, serial 12 since then' },
    { at: 5000, text: 'recordset www.one.rollgate.example. A was written' },
  ]);
});

test('designate: for a name that is not a zone’s, no query is sent', async (t) => {
  const never = { query: () => Promise.reject(new Error('asked')) };
  t.deepEqual(await readChanges(never, "x' OR 1"), []);
});
