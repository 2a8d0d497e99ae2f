import test from 'ava';
import { zoneRecords } from '../../../src/subject/designate/database/zones.ts';
import { LIFECYCLE_KINDS, WHOLE_LIFE } from '../../../src/subject/designate/workload/kinds.ts';
import { Settler } from '../../../src/subject/workload/settler.ts';
import { StartedLifecycle, ZONE, ZONE_ID } from './started-lifecycle.ts';

const recordsBefore = LIFECYCLE_KINDS.find(({ name }) => name === 'records-before') ?? WHOLE_LIFE;
const GONE = { status: 404, body: { code: 404, type: 'zone_not_found' } };

function outcomes({ settled }: StartedLifecycle): readonly string[] {
  return settled.map(({ action, outcome, status }) => `${action} ${outcome} ${status}`);
}

function checks({ events }: StartedLifecycle) {
  return events.filter((event) => event.type === 'integrity-checked');
}

test('designate: a zone goes through its whole lifecycle, and each step is in the ledger', async (t) => {
  let gone = false;
  const zone = new StartedLifecycle(WHOLE_LIFE, ({ operation }) =>
    gone && operation === 'zone-show' ? GONE : undefined,
  );
  await zone.quiet();
  for (let turns = 0; turns < 4; turns += 1) await zone.seen('ACTIVE');
  t.is(zone.lifecycle.pending?.action, 'delete');
  gone = true;
  await zone.missed();
  t.true(zone.over);
  t.deepEqual(outcomes(zone), [
    'create completed ACTIVE',
    'add-records completed ACTIVE',
    'change-records completed ACTIVE',
    'update completed ACTIVE',
    'delete completed deleted',
  ]);
  t.deepEqual(
    checks(zone).map(({ ok }) => ok),
    // The zone after each of four steps, its records after three of them.
    Array.from({ length: 7 }, () => true),
  );
});

test('designate: a pending zone settles nothing', async (t) => {
  const zone = new StartedLifecycle(WHOLE_LIFE);
  await zone.quiet();
  await zone.seen('PENDING', 'CREATE');
  t.deepEqual(outcomes(zone), []);
  t.is(zone.lifecycle.pending?.action, 'create');
});

test('designate: an error ends the lifecycle of a zone', async (t) => {
  const zone = new StartedLifecycle(WHOLE_LIFE);
  await zone.quiet();
  await zone.seen('ERROR', 'CREATE');
  t.true(zone.over);
  t.deepEqual(outcomes(zone), ['create failed ERROR (CREATE)']);
});

test('designate: a zone that is being deleted and is still shown is not gone', async (t) => {
  const zone = new StartedLifecycle(WHOLE_LIFE);
  await zone.quiet();
  for (let turns = 0; turns < 4; turns += 1) await zone.seen('ACTIVE');
  await zone.missed();
  t.is(zone.lifecycle.pending?.action, 'delete');
});

test('designate: records wait until the swaps are done', async (t) => {
  const zone = new StartedLifecycle(recordsBefore);
  await zone.quiet();
  await zone.seen('ACTIVE');
  await zone.seen('ACTIVE');
  t.is(zone.lifecycle.pending, undefined);
  zone.swapsDone();
  await zone.quiet();
  t.is(zone.lifecycle.pending?.action, 'change-records');
});

test('designate: an email changed by another request is not the owner’s', async (t) => {
  const zone = new StartedLifecycle(WHOLE_LIFE, ({ operation }) =>
    operation === 'zone-show'
      ? { status: 200, body: { ...ZONE, email: 'x@y.example' } }
      : undefined,
  );
  await zone.quiet();
  await zone.seen('ACTIVE');
  t.deepEqual(
    checks(zone).map(({ ok }) => ok),
    [false],
  );
});

test('designate: a request that the API refuses ends the lifecycle without an entry in the ledger', async (t) => {
  const zone = new StartedLifecycle(WHOLE_LIFE, () => ({ status: 500, body: {} }));
  await zone.quiet();
  t.true(zone.over);
  t.deepEqual(zone.events, []);
});

const STORED = ZONE_ID.replaceAll('-', '');

/** A settler that has waited long enough, over these rows. */
function settler(zone: StartedLifecycle, rows: readonly (readonly string[])[]) {
  zone.time += 100_000;
  return new Settler(zoneRecords({ query: () => Promise.resolve(rows) }), {
    stuckAfterMs: 90_000,
    quietSince: 0,
    now: () => zone.time,
  });
}

test('designate: a zone whose row does not change is stuck', async (t) => {
  const zone = new StartedLifecycle(WHOLE_LIFE);
  await zone.quiet();
  await settler(zone, [[STORED, 'PENDING', 'CREATE', '1']]).look([zone.lifecycle]);
  t.deepEqual(outcomes(zone), ['create stuck PENDING (CREATE)']);
});

test('designate: a zone whose row changed a moment ago is slow', async (t) => {
  const zone = new StartedLifecycle(WHOLE_LIFE);
  await zone.quiet();
  const now = String(Math.floor(Date.now() / 1000));
  await settler(zone, [[STORED, 'PENDING', 'CREATE', now]]).look([zone.lifecycle]);
  t.deepEqual(outcomes(zone), []);
});

test('designate: a zone that neither API nor database knows is lost', async (t) => {
  const zone = new StartedLifecycle(WHOLE_LIFE, ({ operation }) =>
    operation === 'zone-show' ? { status: 404, body: {} } : undefined,
  );
  await zone.quiet();
  await settler(zone, []).look([zone.lifecycle]);
  t.deepEqual(outcomes(zone), ['create lost the API does not know the zone']);
});
