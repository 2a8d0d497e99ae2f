import test from 'ava';
import * as fc from 'fast-check';
import { quantileChanges } from '../../../src/verdict/statistics/bootstrap.ts';
import { seededRandom } from '../../../src/verdict/statistics/random.ts';
import { lognormal } from './times.ts';

test('the estimate is the quotient and the difference of the measured times', (t) => {
  const times = Array.from({ length: 100 }, (_, index) => 2 * (index + 1));
  const reference = Array.from({ length: 100 }, (_, index) => index + 1);
  const [p50, p95] = quantileChanges(times, reference, [0.5, 0.95], 0.99, seededRandom(1, ''));
  t.deepEqual([p50?.ratio.value, p95?.ratio.value], [2, 2]);
  t.deepEqual([p50?.difference.value, p95?.difference.value], [50, 95]);
});

test('the same seed draws the same interval, another seed another one', (t) => {
  const [times, reference] = [lognormal(150, 1), lognormal(150, 2)];
  const drawn = (seed: number, key = ''): unknown =>
    quantileChanges(times, reference, [0.5, 0.95], 0.99, seededRandom(seed, key));
  t.deepEqual(drawn(7), drawn(7));
  t.notDeepEqual(drawn(7), drawn(8));
  t.notDeepEqual(drawn(7), drawn(7, 'other'));
});

test('the interval holds the estimate, whatever the times', (t) => {
  const times = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(times, times, fc.nat(), (own, reference, seed) =>
      quantileChanges(own, reference, [0.5], 0.99, seededRandom(seed, '')).every(
        ({ ratio, difference }) =>
          ratio.low <= ratio.value &&
          ratio.value <= ratio.high &&
          difference.low <= difference.value &&
          difference.value <= difference.high,
      ),
    ),
    { numRuns: 30 },
  );
  t.pass();
});

/** How many of a hundred intervals contain the true ratio, which is 1. */
function held(make: (size: number, seed: number) => readonly number[], share: number): number {
  return Array.from({ length: 100 }, (_, seed) => {
    const [change] = quantileChanges(
      make(200, 2 * seed + 1),
      make(200, 2 * seed + 2),
      [share],
      0.99,
      seededRandom(seed, 'held'),
    );
    return change !== undefined && change.ratio.low <= 1 && change.ratio.high >= 1;
  }).filter(Boolean).length;
}

test('about 99 of 100 intervals contain the true value', (t) => {
  t.true(held(lognormal, 0.5) >= 96);
  t.true(held(lognormal, 0.95) >= 96);
});

test('intervals of correlated times do too, because blocks are drawn', (t) => {
  // Bursts of six: every sixth of the times is new, five follow it.
  const bursts = (size: number, seed: number): readonly number[] =>
    lognormal(size / 6, seed).flatMap((time) => Array.from({ length: 6 }, () => time));
  t.true(held(bursts, 0.5) >= 90, String(held(bursts, 0.5)));
});
