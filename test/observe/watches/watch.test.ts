import test from 'ava';
import type { RunEvent } from '../../../src/events/event.ts';
import { changes, startWatch } from '../../../src/observe/watches/watch.ts';
import { observed } from '../observed.ts';

const LIMITS = { name: 'broker', everyMs: 1000, limitMs: 500 };

function seen(at: number): RunEvent {
  return { type: 'step-note', at, step: '1', text: 'seen' };
}

test('each look is reported', async (t) => {
  const run = observed();
  const { clock, events } = run;
  const watching = startWatch({ ...run, ...LIMITS, look: async () => [seen(clock.now())] });
  await clock.advance(2000);
  await watching.stop();
  t.deepEqual(
    events.map(({ at }) => at),
    [0, 1000, 2000],
  );
});

test('failed looks are one gap, reported with both ends at the next success', async (t) => {
  const run = observed();
  const { clock, events } = run;
  let fails = true;
  const look = async (): Promise<readonly RunEvent[]> => {
    if (fails) throw new Error('unreachable');
    return [seen(clock.now())];
  };
  const watching = startWatch({ ...run, ...LIMITS, look });
  await clock.advance(2500);
  t.deepEqual(events, []);
  fails = false;
  await clock.advance(1000);
  await watching.stop();
  t.deepEqual(events, [
    { type: 'watch-gap', at: 3000, from: 0, watch: 'broker', text: 'unreachable' },
    seen(3000),
  ]);
});

test('a look that does not return is a gap and is asked to end, and no other begins meanwhile', async (t) => {
  const run = observed();
  const { clock, events } = run;
  const looks: AbortSignal[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly RunEvent[]>();
  const look = (signal: AbortSignal): Promise<readonly RunEvent[]> => {
    looks.push(signal);
    return looks.length === 1 ? promise : Promise.resolve([]);
  };
  const watching = startWatch({ ...run, ...LIMITS, look });
  await clock.advance(5000);
  t.is(looks.length, 1);
  t.true(looks[0]?.aborted);
  resolve([seen(0)]);
  await clock.advance(1000);
  await watching.stop();
  t.true(looks.length > 1);
  t.deepEqual(events, [
    { type: 'watch-gap', at: 5000, from: 0, watch: 'broker', text: 'no answer within 0.5 s' },
  ]);
});

test('a stop does not wait for a look, and its result is not reported', async (t) => {
  const run = observed();
  const { promise, resolve } = Promise.withResolvers<readonly RunEvent[]>();
  const watching = startWatch({ ...run, ...LIMITS, look: () => promise });
  await run.clock.advance(100);
  await watching.stop();
  resolve([seen(100)]);
  await promise;
  t.deepEqual(run.events, []);
});

test('a gap that lasts until the stop is reported at the stop', async (t) => {
  const run = observed();
  const watching = startWatch({ ...run, ...LIMITS, look: () => Promise.reject(new Error('gone')) });
  await run.clock.advance(700);
  await watching.stop();
  t.deepEqual(run.events, [{ type: 'watch-gap', at: 700, from: 0, watch: 'broker', text: 'gone' }]);
});

test('only a difference from the last report is reported', (t) => {
  const changed = changes();
  t.true(changed('a', { count: 1 }));
  t.false(changed('a', { count: 1 }));
  t.true(changed('b', { count: 1 }));
  t.true(changed('a', { count: 2 }));
  t.true(changed('a', { count: 1 }));
});
