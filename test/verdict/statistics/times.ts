import { seededRandom } from '../../../src/verdict/statistics/random.ts';

/**
 * Response times as they are distributed: skewed, most near the median, some far above.
 *
 * @param spread The standard deviation of their logarithm; 0.35 puts the 95th percentile at 1.8
 *   times the median.
 */
export function lognormal(
  size: number,
  seed: number,
  medianMs = 100,
  spread = 0.35,
): readonly number[] {
  const random = seededRandom(seed, 'lognormal');
  return Array.from({ length: Math.floor(size) }, () => {
    // Box and Muller's normal variable.
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return medianMs * Math.exp(spread * normal);
  });
}
