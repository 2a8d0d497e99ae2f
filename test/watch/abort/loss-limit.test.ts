import test from 'ava';
import type { RunEvent } from '../../../src/events/event.ts';
import type { RequestOutcome } from '../../../src/events/families/request.ts';
import { LossWindow, lossLimitIn } from '../../../src/watch/abort/loss-limit.ts';

const request = (at: number, outcome: RequestOutcome, control = false): RunEvent => ({
  type: 'request',
  at,
  id: 'req-1',
  probe: 'list',
  operation: 'GET stacks',
  connection: 'new',
  scheduledAt: at,
  sentAt: at,
  outcome,
  ...(control ? { control } : {}),
});

test('the limit is reached by the given losses within the given time, and is reported once', (t) => {
  const window = new LossWindow(lossLimitIn('3/10s'));
  t.is(window.see(request(0, 'timeout')), undefined);
  t.is(window.see(request(9_000, 'timeout')), undefined);
  // The first is ten seconds ago now.
  t.is(window.see(request(10_000, 'timeout')), undefined);
  t.is(window.see(request(10_500, 'served')), undefined);
  t.is(window.see(request(10_600, 'timeout', true)), undefined);
  t.like(window.see(request(11_000, 'timeout')), { code: 'too-many-lost' });
  t.is(window.see(request(11_100, 'timeout')), undefined);
});

test('a limit is a number of losses and of seconds', (t) => {
  t.deepEqual(lossLimitIn('20/10s'), { lost: 20, seconds: 10 });
  t.throws(() => lossLimitIn('20 in 10 s'), { message: /20 in 10 s is not a limit/ });
  t.throws(() => lossLimitIn('0/10s'));
});
