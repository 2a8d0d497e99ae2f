/**
 * The chance that a standard normal variable is above `z`, with a relative error below 1e-12, so
 * that small probabilities keep their digits. An approximation of the distribution function itself,
 * as in simple-statistics, loses them.
 */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const upper = (x < SERIES_BELOW ? 1 - errorFunction(x) : complement(x)) / 2;
  return z >= 0 ? upper : 1 - upper;
}

/** Below this value the series is precise; from it on the continued fraction converges. */
const SERIES_BELOW = 2;
const TERMS = 100;

/** erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)). @see DLMF 7.6.2. */
function errorFunction(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < TERMS; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x) = e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 1½/(x + …)))). @see DLMF 7.9. */
function complement(x: number): number {
  let fraction = x;
  for (let n = TERMS; n >= 1; n -= 1) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
