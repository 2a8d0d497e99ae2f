/** Exact rates of few runs. A normal approximation would be wrong for 3 of 40. */

/** ln(n!) */
function logFactorial(n: number): number {
  let sum = 0;
  for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
  return sum;
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** The probability of at most `k` hits in `n` trials, each with probability `p`. */
function atMost(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let sum = 0;
  for (let hits = 0; hits <= k; hits += 1) {
    sum += Math.exp(logChoose(n, hits) + hits * Math.log(p) + (n - hits) * Math.log1p(-p));
  }
  return Math.min(1, sum);
}

export interface Rate {
  readonly hits: number;
  readonly runs: number;
  /** Bounds of the 95 % interval of the rate, from 0 to 1. */
  readonly low: number;
  readonly high: number;
}

const HALF_ALPHA = 0.025;

/**
 * The rate of something that happened in some of several runs, with its 95 % interval.
 *
 * @see Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
 * binomial", Biometrika 26 (1934).
 */
export function rateOf(hits: number, runs: number): Rate {
  return { hits, runs, ...boundsOf(hits, runs, HALF_ALPHA) };
}

/**
 * The bounds of a rate, from 0 to 1, each by itself.
 *
 * @param alpha How often, at most, the true rate is below `low`, and how often it is above `high`.
 */
export function boundsOf(
  hits: number,
  runs: number,
  alpha: number,
): { readonly low: number; readonly high: number } {
  return {
    low: hits === 0 ? 0 : solve((p) => 1 - atMost(hits - 1, runs, p) - alpha),
    high: hits === runs ? 1 : solve((p) => alpha - atMost(hits, runs, p)),
  };
}

/** The zero of a function that rises between 0 and 1. */
function solve(rising: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * How likely it is that two sets of runs differ at least as much if both have the same rate.
 * Fisher's exact test, two-sided: the sum of all tables that are at most as likely as the observed
 * one.
 *
 * @see Fisher, "Statistical Methods for Research Workers", § 21.02.
 */
export function fisherExact(
  one: { readonly hits: number; readonly runs: number },
  other: { readonly hits: number; readonly runs: number },
): number {
  const hits = one.hits + other.hits;
  const all = one.runs + other.runs;
  const logOf = (k: number): number =>
    logChoose(one.runs, k) + logChoose(other.runs, hits - k) - logChoose(all, hits);
  const seen = logOf(one.hits);
  let sum = 0;
  for (let k = Math.max(0, hits - other.runs); k <= Math.min(hits, one.runs); k += 1) {
    // Tables that are equally likely differ in the last digits.
    if (logOf(k) <= seen + 1e-7) sum += Math.exp(logOf(k));
  }
  return Math.min(1, sum);
}
