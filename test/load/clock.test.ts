import test from 'ava';
import { systemClock } from '../../src/load/clock.ts';

test('a sleep ends at its time, not before', async (t) => {
  const due = systemClock.now() + 12.5;
  await systemClock.sleepUntil(due);
  t.true(systemClock.now() >= due);
});

test('a sleep ends at once when it is aborted', async (t) => {
  const stop = new AbortController();
  const began = systemClock.now();
  const sleeping = systemClock.sleepUntil(began + 60_000, stop.signal);
  stop.abort();
  await sleeping;
  await systemClock.sleepUntil(began + 60_000, stop.signal);
  // A busy machine may be slow, but the sleep must not last the whole minute.
  t.true(systemClock.now() - began < 50_000);
});
