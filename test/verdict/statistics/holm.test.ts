import test from 'ava';
import * as fc from 'fast-check';
import { holm } from '../../../src/verdict/statistics/holm.ts';

test('Holm: the smallest value is multiplied by the count, the next by one less, and the results never decrease', (t) => {
  // R 4: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
  const rounded = holm([0.01, 0.04, 0.03, 0.005]).map((p) => Math.round(p * 1e6) / 1e6);
  t.deepEqual(rounded, [0.03, 0.06, 0.06, 0.02]);
});

test('Holm: never below the value itself, never above Bonferroni’s, and in the same order', (t) => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  fc.assert(
    fc.property(values, (pValues) => {
      const adjusted = holm(pValues);
      const at = (index: number): number => adjusted[index] ?? NaN;
      return pValues.every(
        (p, index) =>
          at(index) >= p &&
          at(index) <= Math.min(1, p * pValues.length) &&
          pValues.every((other, place) => other < p || at(place) >= at(index)),
      );
    }),
  );
  t.pass();
});
