import { quantileChanges, type QuantileChange } from './bootstrap.ts';
import { mannWhitneyGreater } from './mann-whitney.ts';
import type { Random } from './random.ts';

/** How times changed from a reference, in milliseconds. */
export interface Change {
  /** Mann and Whitney's one-sided U test: how likely times as long are if nothing changed. */
  readonly p: number;
  readonly p50: QuantileChange;
  readonly p95: QuantileChange;
}

/** Fewer times than this show no 95th percentile: five of them are above it. */
export const FEWEST_TIMES = 100;

/** Of the bounds of an estimate. */
const CONFIDENCE = 0.99;
/** At this level ranks differ. */
const SIGNIFICANT = 0.01;
/** Slower by less than a fifth is within what times do by themselves from one hour to the next. */
export const MOST_RATIO = 1.2;
/**
 * And what is less than a hundredth of a second nobody perceives: it is a tenth of what feels
 * instantaneous (Nielsen, Usability Engineering, 1993: 0.1 s), and a page asks several times.
 */
const PERCEIVABLE_MS = 10;

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
  return { p: mannWhitneyGreater(times, reference), p50, p95 };
}

/**
 * Slower, surely: most times (the ranks differ, and the median by a perceivable amount), or the
 * slowest of them (the 95th percentile by a perceivable amount; of one slow in ten the ranks say
 * nothing). Each by its whole interval, and not by the estimate.
 *
 * @param p The p-value as it counts among all comparisons.
 */
export function isSlower({ p50, p95 }: Change, p: number): boolean {
  return (p < SIGNIFICANT && isAbove(p50)) || isAbove(p95);
}

/** Faster, surely: the same the other way round. */
export function isFaster({ p, p50, p95 }: Change): boolean {
  return (1 - p < SIGNIFICANT && isBelow(p50)) || isBelow(p95);
}

/** Not slower, surely: not by a perceivable amount, neither most times nor the slowest. */
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
