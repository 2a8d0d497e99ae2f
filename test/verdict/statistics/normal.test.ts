import test from 'ava';
import { normalTail } from '../../../src/verdict/statistics/normal.ts';

// Expected: scipy.stats.norm.sf, SciPy 1.17.1.
for (const [z, p] of [
  [0, 0.5],
  [1, 0.158655254],
  [2.5, 6.20966533e-3],
  [5, 2.86651572e-7],
  [10, 7.61985302e-24],
  [-1, 0.841344746],
] as const) {
  test(`a normal variable is above ${z} with a chance of ${p}`, (t) => {
    t.true(Math.abs(normalTail(z) / p - 1) < 1e-6, String(normalTail(z)));
  });
}
