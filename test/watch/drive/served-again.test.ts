import test from 'ava';
import type { EventOf } from '../../../src/events/event.ts';
import { ServedAgain } from '../../../src/watch/drive/served-again.ts';

const ALL = { probes: ['list/new', 'show/reused'], work: false, servers: [] };
const LIMIT = { limitSeconds: 0.05, signal: new AbortController().signal };
const PATIENT = { ...LIMIT, limitSeconds: 30 };

function request(
  probe: string,
  sentAt: number,
  more: Partial<EventOf<'request'>> = {},
): EventOf<'request'> {
  const connection = probe === 'list' ? 'new' : 'reused';
  const times = { at: sentAt + 5, scheduledAt: sentAt, sentAt };
  const common = {
    type: 'request',
    id: `req-${sentAt}`,
    operation: 'GET',
    outcome: 'served',
  } as const;
  return { ...common, ...times, probe, connection, ...more };
}

test('the gate opens when each probe was served twice in a row since the step', async (t) => {
  const servedAgain = new ServedAgain();
  let open = false;
  const waiting = servedAgain.wait(ALL, 1000, PATIENT).then(() => (open = true));
  const see = async (event: EventOf<'request'>): Promise<boolean> => {
    servedAgain.see(event);
    await Promise.resolve();
    await Promise.resolve();
    return open;
  };
  // Sent before the deployer was done: it proves nothing about the result.
  t.false(await see(request('list', 999)));
  t.false(await see(request('list', 1001)));
  t.false(await see(request('list', 1002)));
  t.false(await see(request('show', 1003)));
  t.false(await see(request('show', 1004, { outcome: '5xx-balancer', status: 503 })));
  t.false(await see(request('show', 1005)));
  t.true(await see(request('show', 1006)));
  await waiting;
});

test('a probe that is not served in time is named with its kind of loss', async (t) => {
  const servedAgain = new ServedAgain();
  const waiting = servedAgain.wait({ ...ALL, work: true, servers: ['node1/heat-api'] }, 0, LIMIT);
  servedAgain.see(request('list', 1, { server: 'node10.heat-api' }));
  servedAgain.see(request('list', 2, { server: 'node2.heat-api' }));
  servedAgain.see(request('show', 3, { outcome: 'connect-refused' }));
  const { message } = await t.throwsAsync(waiting, { code: 'not-served-again' });
  t.regex(message, /show\/reused is not served \(connect-refused\)/);
  t.notRegex(message, /list\/new/);
  t.regex(message, /no operation was begun and completed/);
  t.regex(message, /node1\/heat-api answered nothing/);
});

test('only operations begun since the step count, and a server counts by each of its usual names', async (t) => {
  for (const server of ['node1', 'node1.heat-api', 'node1/heat-api', 'node1-heat-api']) {
    const servedAgain = new ServedAgain();
    const wanted = { probes: [], work: true, servers: ['node1/heat-api'] };
    const waiting = servedAgain.wait(wanted, 10, PATIENT);
    const operation = { action: 'create', object: 'a' } as const;
    for (const [name, at] of [
      ['old', 9],
      ['new', 11],
    ] as const) {
      servedAgain.see({
        ...operation,
        type: 'operation-accepted',
        at: 30,
        sentAt: at,
        operation: name,
        request: 'req-1',
      });
    }
    servedAgain.see(request('list', 12, { server }));
    servedAgain.see({
      ...operation,
      type: 'operation-settled',
      at: 40,
      operation: 'new',
      outcome: 'completed',
      status: 'CREATE_COMPLETE',
    });
    await waiting;
  }
  t.pass();
});

test('the end of the watch ends the wait', async (t) => {
  const over = new AbortController();
  const waiting = new ServedAgain().wait(ALL, 0, { limitSeconds: 30, signal: over.signal });
  over.abort(new Error('Ctrl-C'));
  await t.throwsAsync(waiting, { message: 'Ctrl-C' });
});
