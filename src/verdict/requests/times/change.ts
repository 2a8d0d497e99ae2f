import { quantileChanges, type QuantileChange } from '../../statistics/bootstrap.ts';
import { mannWhitneyGreater } from '../../statistics/mann-whitney.ts';
import { quantileOf } from '../../statistics/quantile.ts';
import type { Random } from '../../statistics/random.ts';

/**
 * The probability of such long times if nothing changed, by Mann and Whitney's one-sided U test.
 */
export interface PValues {
  /** By the ranks of all times. */
  readonly all: number;
  /**
   * By the ranks of only the slowest tenth; all others count as equal. One slow request in ten
   * hardly changes the ranks of all times, but changes these a lot.
   */
  readonly slowest: number;
}

/** How times changed from a reference, in milliseconds. */
export interface Change extends PValues {
  readonly p50: QuantileChange;
  readonly p95: QuantileChange;
}

/** Fewer times than this show no 95th percentile: five of them are above it. */
export const FEWEST_TIMES = 100;

/** Of the bounds of an estimate. */
export const CONFIDENCE = 0.99;
/** The significance level for ranks. */
const SIGNIFICANT = 0.01;
const SLOWEST_FROM = 0.9;
/** A slowdown of less than a fifth is within the normal variation from one hour to the next. */
export const MOST_RATIO = 1.2;
/**
 * Users do not notice less than five milliseconds. That is a twentieth of the time that feels
 * instantaneous (Nielsen, Usability Engineering, 1993: 0.1 s), and a page sends several requests.
 */
export const PERCEIVABLE_MS = 5;

/**
 * @param times In order of time.
 * @param reference In order of time.
 * @returns `null` where either are too few to compare.
 */
export function changeOf(
  times: readonly number[],
  reference: readonly number[],
  random: Random,
): Change | null {
  if (times.length < FEWEST_TIMES || reference.length < FEWEST_TIMES) return null;
  const [p50, p95] = quantileChanges(times, reference, [0.5, 0.95], CONFIDENCE, random);
  if (p50 === undefined || p95 === undefined) return null;
  const pooled = [...times, ...reference].sort((a, b) => a - b);
  const slow = quantileOf(pooled, SLOWEST_FROM);
  const slowest = (some: readonly number[]): readonly number[] =>
    some.map((ms) => Math.max(ms, slow));
  return {
    all: mannWhitneyGreater(times, reference),
    slowest: mannWhitneyGreater(slowest(times), slowest(reference)),
    p50,
    p95,
  };
}

/**
 * Certainly slower. Either most times are slower: the ranks of all differ, and the median by a
 * perceivable amount. Or the slowest are slower: their ranks differ, and the 95th percentile does
 * too. Each amount counts by its whole interval, not by the estimate.
 *
 * @param p The p-values, corrected for all comparisons.
 */
export function isSlower(change: Change, p: PValues): boolean {
  return slowerBy(change, p).length > 0;
}

/** The quantiles by which it is slower. */
export function slowerBy({ p50, p95 }: Change, p: PValues): readonly ('p50' | 'p95')[] {
  return [
    ...(p.all < SIGNIFICANT && isAbove(p50) ? (['p50'] as const) : []),
    ...(p.slowest < SIGNIFICANT && isAbove(p95) ? (['p95'] as const) : []),
  ];
}

/** Certainly faster: the same in the other direction. */
export function isFaster({ all, slowest, p50, p95 }: Change): boolean {
  return (1 - all < SIGNIFICANT && isBelow(p50)) || (1 - slowest < SIGNIFICANT && isBelow(p95));
}

/** Certainly not slower by a perceivable amount, neither most times nor the slowest. */
export function isNotSlower({ p50, p95 }: Change): boolean {
  return [p50, p95].every(
    ({ ratio, difference }) => ratio.high < MOST_RATIO || difference.high < PERCEIVABLE_MS,
  );
}

function isAbove({ ratio, difference }: QuantileChange): boolean {
  return ratio.low > MOST_RATIO && difference.low > PERCEIVABLE_MS;
}

function isBelow({ ratio, difference }: QuantileChange): boolean {
  return ratio.high < 1 / MOST_RATIO && difference.high < -PERCEIVABLE_MS;
}
