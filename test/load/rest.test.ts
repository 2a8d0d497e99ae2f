import test from 'ava';
import { Rest } from '../../src/load/rest.ts';
import { FakeClock } from './fake-clock.ts';

const { signal: never } = new AbortController();

test('a rest waits for the operations under way, and no new one begins until it ends', async (t) => {
  const clock = new FakeClock();
  const rest = new Rest(clock);
  const first = Promise.withResolvers<void>();
  const running = rest.work(() => first.promise, never);
  await clock.advance(0);

  let left: number | undefined;
  const resting = rest.begin(5000, never).then((found) => (left = found));
  let begun = false;
  const second = rest.work(() => Promise.resolve(void (begun = true)), never);
  await clock.advance(1000);
  t.is(left, undefined, 'the first is under way');

  first.resolve();
  await running;
  await clock.advance(100);
  await resting;
  t.is(left, 0);
  t.false(begun);

  rest.end();
  await second;
  t.true(begun);
});

test('a rest ends at its limit, and reports how much was still under way', async (t) => {
  const clock = new FakeClock();
  const rest = new Rest(clock);
  void rest.work(() => new Promise(() => undefined), never);
  await clock.advance(0);
  const resting = rest.begin(5000, never);
  await clock.advance(5000);
  t.is(await resting, 1);
});

test('at the end of the run nothing is held back', async (t) => {
  const clock = new FakeClock();
  const rest = new Rest(clock);
  t.is(await rest.begin(5000, never), 0);
  const over = new AbortController();
  const waiting = rest.work(() => Promise.resolve(), over.signal);
  over.abort();
  await t.notThrowsAsync(waiting);
});
