import test from 'ava';
import * as fc from 'fast-check';
import { mannWhitneyGreater } from '../../../src/verdict/statistics/mann-whitney.ts';

const count = (size: number, from = 1): number[] =>
  Array.from({ length: size }, (_, index) => index + from);

const known = test.macro({
  title: (_, name: string) => `Mann and Whitney: ${name}`,
  exec(t, _name: string, values: readonly number[], reference: readonly number[], p: number) {
    const found = mannWhitneyGreater(values, reference);
    t.true(Math.abs(found - p) <= p * 1e-6, `${found} where ${p} was due`);
  },
});

// Expected: scipy.stats.mannwhitneyu(values, reference, alternative='greater', method='asymptotic'),
// SciPy 1.17.1. The first is the example of its documentation (two-sided there: 0.1113...).
test(known, 'the example of SciPy', [19, 22, 16, 29, 24], [20, 11, 17, 12], 0.055673443266570206);
test(
  known,
  'with ties',
  [2, 3, 3, 4, 4, 5, 6, 7, 8, 9],
  [1, 2, 2, 3, 3, 3, 4, 5, 6, 7],
  0.07306998419039148,
);
test(known, 'a shift by a fifth', count(100, 21), count(100), 5.487609008478583e-6);
test(known, 'far out in the tail', count(100, 61), count(100), 5.271322348718108e-25);

test('Mann and Whitney: equal or missing values show nothing', (t) => {
  t.is(mannWhitneyGreater([5, 5, 5], [5, 5, 5]), 1);
  t.is(mannWhitneyGreater([], [1]), 1);
  t.is(mannWhitneyGreater([1], []), 1);
});

test('Mann and Whitney: only ranks count, not the order of the samples', (t) => {
  const some = fc.array(fc.nat(40), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(some, some, (values, reference) => {
      const p = mannWhitneyGreater(values, reference);
      const cube = (value: number): number => (value + 1) ** 3;
      return (
        p >= 0 &&
        p <= 1 &&
        p === mannWhitneyGreater(values.map(cube), reference.map(cube)) &&
        p === mannWhitneyGreater(values.toReversed(), reference.toReversed())
      );
    }),
  );
  t.pass();
});
