/** The index of a quantile among this many sorted values, from 0, by nearest rank. */
export function quantileRank(size: number, share: number): number {
  return Math.max(0, Math.ceil(size * share) - 1);
}

/**
 * A quantile by nearest rank: a value that was really measured.
 *
 * @param sorted In rising order; not empty.
 */
export function quantileOf(sorted: readonly number[], share: number): number {
  return sorted[quantileRank(sorted.length, share)] ?? NaN;
}
