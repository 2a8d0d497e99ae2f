/**
 * The chance that a standard normal variable is above `z`. By the Chebyshev fit of erfc with a
 * fractional error below 1.2e-7 everywhere, so that small chances keep their digits, which a fit
 * of the distribution function itself (as simple-statistics has it) does not.
 *
 * @see Press et al., Numerical Recipes in C, 2nd ed., 6.2 `erfcc`.
 */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const fit = COEFFICIENTS.reduceRight((sum, coefficient) => coefficient + t * sum, 0);
  const upper = (t * Math.exp(-x * x + fit)) / 2;
  return z >= 0 ? upper : 1 - upper;
}

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];
