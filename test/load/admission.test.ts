import test from 'ava';
import { Admission, releasePace } from '../../src/load/admission.ts';
import { FakeClock } from './fake-clock.ts';

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
  for (let step = 0; step < 300 && over.length === 0; step += 1) await clock.advance(100);
  return over[0] ?? Infinity;
}

test('with few operations under way, the next stack resumes half a second later', async (t) => {
  t.is(await paused(() => 5), 500);
});

test('with many operations under way, it waits for the end of one, but not for ever', async (t) => {
  t.is(await paused((now) => (now < 2000 ? 6 : 5)), 2000);
  t.is(await paused(() => 20), 20_000);
});

test('an abort ends the pause', async (t) => {
  const clock = new FakeClock();
  const abort = new AbortController();
  const pause = releasePace({ clock, underWay: () => 20, signal: abort.signal })();
  abort.abort();
  await pause;
  t.pass();
});

test('no stack starts while too many operations are under way; events note the pause and its end', (t) => {
  let underWay = 15;
  const reasons: string[] = [];
  let left = 0;
  const admission = new Admission({
    rate: 0.2,
    underWay: () => underWay,
    leftOut: (why, objects = 0) => {
      reasons.push(why);
      left += objects;
    },
  });
  t.true(admission.admits());
  underWay = 16;
  t.deepEqual([admission.admits(), admission.admits()], [false, false]);
  underWay = 3;
  t.true(admission.admits());
  t.true(admission.admits());
  admission.end();
  t.deepEqual(reasons, [
    '16 operations are under way: less is done than 0.2 a second ask for',
    '2 were due meanwhile; now they are begun again',
  ]);
  t.is(left, 2);
  underWay = 16;
  t.false(admission.admits());
  admission.end();
  t.is(reasons.at(-1), '1 were due meanwhile; no more are begun');
  t.is(left, 3);
});

test('a higher rate of stacks allows more of them under way', (t) => {
  const admission = new Admission({ rate: 2, underWay: () => 79, leftOut: () => undefined });
  t.true(admission.admits());
});
