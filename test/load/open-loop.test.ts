import test from 'ava';
import * as fc from 'fast-check';
import { phaseOffsetMs, runOpenLoop } from '../../src/load/open-loop.ts';
import type { Arrival, DropReason, OpenLoopOptions } from '../../src/load/open-loop.ts';
import { Standstill } from '../../src/load/standstill.ts';
import { FakeClock } from './fake-clock.ts';

interface Seen {
  readonly scheduledAt: number;
  readonly at: number;
}

/** An open loop on a fake clock that keeps what it did. */
function start(
  clock: FakeClock,
  options: Partial<OpenLoopOptions> & Pick<OpenLoopOptions, 'rate'>,
) {
  const stop = new AbortController();
  const sent: Seen[] = [];
  const dropped: Seen[] = [];
  const reasons = new Set<DropReason>();
  const see = ({ scheduledAt }: Arrival): Seen => ({ scheduledAt, at: clock.now() });
  const { send = async (): Promise<void> => undefined, ...others } = options;
  const finished = runOpenLoop({
    startAt: 0,
    maxInFlight: 100,
    clock,
    signal: stop.signal,
    ...others,
    async send(arrival) {
      sent.push(see(arrival));
      await send(arrival);
    },
    drop: (arrival, reason) => {
      dropped.push(see(arrival));
      reasons.add(reason);
    },
  });
  return { sent, dropped, reasons, finished, stop: () => stop.abort() };
}

const onTime = (seen: readonly Seen[]): boolean =>
  seen.every(({ scheduledAt, at }) => scheduledAt === at);

test('each arrival is sent at its own multiple of the period, counted from the start', async (t) => {
  const clock = new FakeClock();
  const loop = start(clock, { rate: 3, startAt: 100 });
  await clock.advance(10_000);
  loop.stop();
  t.deepEqual(await loop.finished, { due: 30, sent: 30, dropped: 0 });
  t.deepEqual(
    loop.sent.map(({ scheduledAt }) => scheduledAt),
    Array.from({ length: 30 }, (_, i) => 100 + (i * 1000) / 3),
  );
  t.true(onTime(loop.sent));
});

test('a server that does not answer delays no arrival', async (t) => {
  const clock = new FakeClock();
  const loop = start(clock, {
    rate: 100,
    send: async () => clock.sleepUntil(Number.POSITIVE_INFINITY, undefined),
  });
  await clock.advance(505);
  t.is(loop.sent.length, 51);
  t.true(onTime(loop.sent));
});

test('an arrival is dropped at its time and reported if every slot is taken', async (t) => {
  const clock = new FakeClock();
  const loop = start(clock, {
    rate: 10,
    maxInFlight: 2,
    send: async () => clock.sleepUntil(clock.now() + 250),
  });
  await clock.advance(950);
  t.deepEqual(
    loop.sent.map(({ at }) => at),
    [0, 100, 300, 400, 600, 700, 900],
  );
  t.deepEqual([...loop.reasons], ['no-slot']);
  t.deepEqual(loop.dropped, [
    { scheduledAt: 200, at: 200 },
    { scheduledAt: 500, at: 500 },
    { scheduledAt: 800, at: 800 },
  ]);
});

test('after a stall, arrivals later than the tolerance are dropped; the others are sent and show their delay', async (t) => {
  const clock = new FakeClock();
  const loop = start(clock, { rate: 100, toleranceMs: 50 });
  await clock.advance(10);
  await clock.stall(200);
  t.deepEqual([...loop.reasons], ['late']);
  t.deepEqual(
    loop.dropped.map(({ scheduledAt }) => scheduledAt),
    Array.from({ length: 14 }, (_, i) => 20 + i * 10),
  );
  t.deepEqual(
    loop.sent.slice(2),
    [160, 170, 180, 190, 200, 210].map((scheduledAt) => ({ scheduledAt, at: 210 })),
  );
});

test('a stop ends the schedule and waits for what is in flight', async (t) => {
  const clock = new FakeClock();
  const loop = start(clock, { rate: 10, send: async () => clock.sleepUntil(clock.now() + 500) });
  await clock.advance(150);
  loop.stop();
  let finished = false;
  void loop.finished.then(() => (finished = true));
  await clock.advance(449);
  t.false(finished);
  await clock.advance(1);
  t.true(finished);
  t.is((await loop.finished).sent, 2);
});

test('arrivals that a stall delayed until the stop are dropped, and counted', async (t) => {
  const clock = new FakeClock();
  const loop = start(clock, { rate: 100 });
  await clock.advance(5);
  clock.jump(95);
  loop.stop();
  t.deepEqual(await loop.finished, { due: 5, sent: 1, dropped: 4 });
  t.deepEqual(
    loop.dropped.map(({ scheduledAt }) => scheduledAt),
    [10, 20, 30, 40],
  );
});

test('a send that is rejected ends the loop with its error', async (t) => {
  const clock = new FakeClock();
  const loop = start(clock, {
    rate: 10,
    send: ({ index }) => (index === 2 ? Promise.reject(new Error('bug')) : Promise.resolve()),
  });
  const rejected = t.throwsAsync(loop.finished, { message: 'bug' });
  await clock.advance(1000);
  await rejected;
  t.is(loop.sent.length, 3);
});

test('an impossible rate or number of slots is refused', async (t) => {
  const clock = new FakeClock();
  for (const wrong of [{ rate: 0 }, { rate: Number.NaN }, { rate: 1, maxInFlight: 0 }]) {
    await t.throwsAsync(start(clock, wrong).finished, { code: 'open-loop-options' });
  }
});

test('sent and dropped arrivals add up to all arrivals due, whatever the answers and stalls', async (t) => {
  const episode = fc.record({
    kind: fc.constantFrom('advance' as const, 'stall' as const),
    ms: fc.integer({ min: 0, max: 400 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 1, max: 200, noNaN: true }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 300 }),
      fc.array(episode, { minLength: 1, maxLength: 6 }),
      async (rate, maxInFlight, answerMs, episodes) => {
        const clock = new FakeClock();
        const loop = start(clock, {
          rate,
          maxInFlight,
          send: async () => clock.sleepUntil(clock.now() + answerMs),
        });
        for (const { kind, ms } of episodes) {
          await clock[kind](ms);
        }
        const now = clock.now();
        loop.stop();
        await clock.advance(answerMs);
        const count = await loop.finished;
        const due = Math.floor((now * rate) / 1000) + 1;
        t.is(count.sent + count.dropped, count.due);
        // A float more or less where an arrival falls on the very end.
        t.true(Math.abs(count.due - due) <= 1);
        t.is(loop.sent.length, count.sent);
        t.is(loop.dropped.length, count.dropped);
        const all = [...loop.sent, ...loop.dropped];
        t.is(new Set(all.map(({ scheduledAt }) => scheduledAt)).size, count.due);
        t.true(loop.sent.every(({ scheduledAt, at }) => at - scheduledAt <= 1_000));
      },
    ),
    { numRuns: 60 },
  );
});

test('probes of the same rate have different, fixed places in the period', (t) => {
  const offsets = ['list new', 'list reused', 'show new', 'show reused'].map((name) =>
    phaseOffsetMs(name, 10),
  );
  t.true(offsets.every((offset) => offset >= 0 && offset < 100));
  t.is(new Set(offsets.map((offset) => Math.round(offset))).size, 4);
  t.deepEqual(phaseOffsetMs('list new', 10), offsets.at(0) ?? -1);
});

test('a paused load sends nothing, and resumes without catching up', async (t) => {
  const clock = new FakeClock();
  const standstill = new Standstill(clock);
  const loop = start(clock, { rate: 1, standstill });
  await clock.advance(2500);
  standstill.begin();
  await clock.advance(10_200);
  t.deepEqual(
    loop.sent.map(({ at }) => at),
    [0, 1000, 2000],
  );
  standstill.end();
  await clock.advance(1000);
  t.deepEqual(loop.sent.at(-1), { scheduledAt: 13_200, at: 13_200 });
  standstill.begin();
  await clock.advance(5000);
  loop.stop();
  t.deepEqual(await loop.finished, { due: 4, sent: 4, dropped: 0 });
});
