import test from 'ava';
import { fisherExact, rateOf } from '../../../src/verdict/statistics/binomial.ts';

const near = test.macro({
  title: (title = '') => title,
  exec(t, found: number, expected: number) {
    t.true(Math.abs(found - expected) < 1e-6, `${found} is not ${expected}`);
  },
});

// R 4: binom.test(5, 10)$conf.int; 0 and all have closed forms, 1 − 0.025^(1/n) and 0.025^(1/n).
test('5 of 10, from below', near, rateOf(5, 10).low, 0.187086028);
test('5 of 10, from above', near, rateOf(5, 10).high, 0.812913972);
test('none of 10 may still be 3 in 10', near, rateOf(0, 10).high, 1 - 0.025 ** (1 / 10));
test('all of 10 may be 7 in 10', near, rateOf(10, 10).low, 0.025 ** (1 / 10));

test('no run has any rate', (t) => {
  t.like(rateOf(0, 0), { low: 0, high: 1 });
});

test('a bound is where the tail is 2.5 %', (t) => {
  // 40 independent trials, by the definition: P(X ≥ 3 | low) = P(X ≤ 3 | high) = 0.025.
  const { low, high } = rateOf(3, 40);
  const term = (k: number, p: number): number => {
    const choose = [1, 40, 780, 9880][k] ?? 0;
    return choose * p ** k * (1 - p) ** (40 - k);
  };
  const upTo = (k: number, p: number) =>
    [0, 1, 2, 3].slice(0, k + 1).reduce((sum, one) => sum + term(one, p), 0);
  t.true(Math.abs(1 - upTo(2, low) - 0.025) < 1e-9);
  t.true(Math.abs(upTo(3, high) - 0.025) < 1e-9);
});

// Fisher's lady tasting tea, and the example of scipy.stats.fisher_exact.
test('tea', near, fisherExact({ hits: 3, runs: 4 }, { hits: 1, runs: 4 }), 34 / 70);
test(
  'whales and sharks',
  near,
  fisherExact({ hits: 8, runs: 10 }, { hits: 1, runs: 6 }),
  0.034965034965,
);
test(
  'the same rates are no difference',
  near,
  fisherExact({ hits: 0, runs: 5 }, { hits: 0, runs: 9 }),
  1,
);
