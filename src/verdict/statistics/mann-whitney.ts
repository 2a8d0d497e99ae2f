import { normalTail } from './normal.ts';

/**
 * Mann and Whitney's U test, one-sided: the probability of values that exceed the reference's at
 * least this much if both come from one distribution. It uses the normal approximation, with the
 * correction for ties and for continuity, which is good from about twenty values on each side.
 *
 * The test asks whether a value of one side is likely to be greater than a value of the other. It
 * assumes nothing about the shapes of the two distributions. That fits response times: they are
 * skewed, differently in two releases.
 *
 * @returns The p-value; 1 if all values are equal or one side has none.
 */
export function mannWhitneyGreater(
  values: readonly number[],
  reference: readonly number[],
): number {
  const [n, m] = [values.length, reference.length];
  const total = n + m;
  if (n === 0 || m === 0) return 1;
  const pooled = [
    ...values.map((value) => ({ value, own: true })),
    ...reference.map((value) => ({ value, own: false })),
  ].sort((a, b) => a.value - b.value);

  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < total;) {
    const { value } = pooled[from] ?? { value: NaN };
    let to = from;
    let own = 0;
    while (to < total && pooled[to]?.value === value) {
      if (pooled[to]?.own === true) own += 1;
      to += 1;
    }
    const size = to - from;
    // Ranks count from 1; equal values share the middle of their ranks.
    rankSum += (own * (from + 1 + to)) / 2;
    ties += size ** 3 - size;
    from = to;
  }
  const u = rankSum - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return 1;
  return normalTail((u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}
