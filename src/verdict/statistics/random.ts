/** Numbers from 0 to below 1, the same for the same seed. */
export type Random = () => number;

/**
 * Marsaglia's xorshift32 on a state that is mixed from seed and key (FNV-1a): small, and more than
 * good enough to draw samples with. A verdict is drawn from the run's seed, so that judging again
 * gives the same bytes.
 *
 * @param key What is drawn, so that two draws of one run do not go together.
 */
export function seededRandom(seed: number, key: string): Random {
  let state = (0x811c9dc5 ^ seed) >>> 0;
  for (const character of key) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  if (state === 0) state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
