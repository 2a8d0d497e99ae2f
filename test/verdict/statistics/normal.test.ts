import test from 'ava';
import { normalTail } from '../../../src/verdict/statistics/normal.ts';

// Expected: scipy.stats.norm.sf, SciPy 1.17.1.
for (const [z, p] of [
  [0, 0.5],
  [1, 0.15865525393145707],
  [2.5, 6.209665325776132e-3],
  [5, 2.866515718791933e-7],
  [10, 7.61985302416047e-24],
  [-1, 0.8413447460685429],
] as const) {
  test(`a normal variable is above ${z} with a chance of ${p}`, (t) => {
    t.true(Math.abs(normalTail(z) / p - 1) < 1e-8, String(normalTail(z)));
  });
}
