import test from 'ava';
import { releasePace } from '../../../../src/subject/heat/workload/release.ts';
import { FakeClock } from '../../../load/fake-clock.ts';

/** @returns When the pause was over, in milliseconds, with so many operations under way. */
async function paused(underWay: (now: number) => number): Promise<number> {
  const clock = new FakeClock();
  const began = clock.now();
  const over: number[] = [];
  const pace = releasePace({
    clock,
    underWay: () => underWay(clock.now() - began),
    signal: new AbortController().signal,
  });
  void pace().then(() => over.push(clock.now() - began));
  for (let step = 0; step < 100 && over.length === 0; step += 1) await clock.advance(100);
  return over[0] ?? Infinity;
}

test('the next stack goes on half a second later where few operations are under way', async (t) => {
  t.is(await paused(() => 5), 500);
});

test('it waits for the end of one where many are, and not for ever', async (t) => {
  t.is(await paused((now) => (now < 2000 ? 6 : 5)), 2000);
  t.is(await paused(() => 20), 5000);
});

test('an abort ends the pause', async (t) => {
  const clock = new FakeClock();
  const abort = new AbortController();
  const pause = releasePace({ clock, underWay: () => 20, signal: abort.signal })();
  abort.abort();
  await pause;
  t.pass();
});
