import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers from 0 to below 1, the same for the same seed. */
export type Random = () => number;

/**
 * Random choices of a verdict come from the run's seed, so that judging again gives the same bytes.
 *
 * @param key The purpose: draws with different keys are independent.
 */
export function seededRandom(seed: number, key: string): Random {
  const mixed = createHash('sha256').update(`${seed} ${key}`).digest().readInt32LE();
  const generator = xoroshiro128plus(mixed);
  return () => uniformFloat64(generator);
}
