/**
 * Holm's correction for many comparisons (S. Holm, 1979): each p-value, corrected for all. The
 * probability of even one false alarm then stays at the significance level. It is never weaker than
 * Bonferroni's correction, and makes no assumption about how the comparisons depend on each other.
 *
 * @returns In the order in which they were given.
 */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = pValues.map(() => 1);
  let most = 0;
  for (const [place, { p, index }] of order.entries()) {
    most = Math.max(most, Math.min(1, (pValues.length - place) * p));
    adjusted[index] = most;
  }
  return adjusted;
}
