import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { RunEventSchema } from '../../src/events/event.ts';
import type { RunEvent } from '../../src/events/event.ts';
import { Ledger } from '../../src/load/ledger.ts';
import type { AcceptedOperation, Settlement } from '../../src/load/ledger.ts';

const operation = (id: string): AcceptedOperation => ({
  operation: id,
  action: 'create',
  object: `stack-${id}`,
  sentAt: 1,
  request: 'req-1',
  server: 'node1/heat-api',
});
const completed = (id: string): Settlement => ({
  operation: id,
  outcome: 'completed',
  status: 'CREATE_COMPLETE: done',
});

function ledger() {
  const events: RunEvent[] = [];
  let now = 0;
  return {
    events,
    ledger: new Ledger({
      emit: (event) => events.push(RunEventSchema.parse(event)),
      now: () => (now += 10),
    }),
  };
}

test('an operation is open from acceptance until it is settled, and both are events', (t) => {
  const { ledger: book, events } = ledger();
  book.accepted(operation('a'));
  book.accepted(operation('b'));
  t.deepEqual(book.open(), [operation('a'), operation('b')]);
  book.settled({ ...completed('a'), lastProgressAt: 15 });
  t.deepEqual(book.open(), [operation('b')]);
  t.deepEqual(events.at(0), { type: 'operation-accepted', at: 10, ...operation('a') });
  t.deepEqual(events.at(2), {
    type: 'operation-settled',
    at: 30,
    operation: 'a',
    action: 'create',
    object: 'stack-a',
    outcome: 'completed',
    status: 'CREATE_COMPLETE: done',
    lastProgressAt: 15,
  });
});

test('an operation is accepted once and settled once', (t) => {
  const { ledger: book } = ledger();
  t.throws(() => book.settled(completed('a')), { message: /never accepted/ });
  book.accepted(operation('a'));
  t.throws(() => book.accepted(operation('a')), { message: /accepted twice/ });
  book.settled(completed('a'));
  t.throws(() => book.settled(completed('a')), { message: /settled before/ });
  t.throws(() => book.accepted(operation('a')), { message: /accepted twice/ });
});

test('a waiter wakes when the last operation is settled', async (t) => {
  const { ledger: book } = ledger();
  const { signal } = new AbortController();
  await book.waitForAllSettled(signal);
  book.accepted(operation('a'));
  book.accepted(operation('b'));
  let woken = false;
  const waiting = book.waitForAllSettled(signal).then(() => (woken = true));
  book.settled(completed('a'));
  await turn();
  t.false(woken);
  book.settled(completed('b'));
  await waiting;
  t.true(woken);
});

test('an abort ends the wait with the abort’s reason', async (t) => {
  const { ledger: book } = ledger();
  book.accepted(operation('a'));
  const stop = new AbortController();
  const waiting = t.throwsAsync(book.waitForAllSettled(stop.signal), { message: 'enough' });
  stop.abort(new Error('enough'));
  await waiting;
  await t.throwsAsync(book.waitForAllSettled(stop.signal), { message: 'enough' });
});
