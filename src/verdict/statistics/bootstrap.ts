import { quantileRank } from './quantile.ts';
import type { Random } from './random.ts';

/** An estimate and the interval that contains the true value with the given confidence. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface QuantileChange {
  /** The quantile of the values divided by that of the reference. */
  readonly ratio: Estimate;
  /** The quantile of the values minus that of the reference. */
  readonly difference: Estimate;
  /** The quantiles as they were measured. */
  readonly measured: ResampledQuantile;
  /** The source of the intervals: the quantiles of each pair of resampled samples. */
  readonly draws: readonly ResampledQuantile[];
}

/** A quantile of one sample of the values, and of one of the reference. */
export interface ResampledQuantile {
  readonly value: number;
  readonly reference: number;
}

/** Enough for the 99 % bounds to be the fifth value from either end, and still fast. */
const RESAMPLES = 1_000;
/** A larger sample is thinned out evenly first: this hardly changes the bounds, but saves time. */
const MOST_VALUES = 2_000;

/**
 * How quantiles changed from a reference, with intervals by the moving-block bootstrap: both sides
 * are resampled in blocks of neighbours. Consecutive requests are slow together (a stall slows a
 * dozen of them). Resampled one by one, they would give too narrow intervals. Blocks wrap around
 * the end; their length is the cube root of the number of values.
 *
 * @param values In order of time; not empty.
 * @param reference In order of time; not empty.
 * @param quantiles From 0 to 1; one change for each.
 * @param confidence Of each interval, e.g. 0.99.
 * @see H. R. Künsch, The Jackknife and the Bootstrap for General Stationary Observations, 1989; P.
 * Hall, J. L. Horowitz, B.-Y. Jing, On blocking rules for the bootstrap, 1995.
 */
export function quantileChanges(
  values: readonly number[],
  reference: readonly number[],
  quantiles: readonly number[],
  confidence: number,
  random: Random,
): readonly QuantileChange[] {
  const own = resampler(thinned(values), quantiles, random);
  const other = resampler(thinned(reference), quantiles, random);
  const samples = Array.from({ length: RESAMPLES }, () => [own.draw(), other.draw()] as const);
  return quantiles.map((_, index) => {
    const draws = samples.map(([values, references]): ResampledQuantile => ({
      value: values[index] ?? NaN,
      reference: references[index] ?? NaN,
    }));
    const measured = { value: own.actual[index] ?? NaN, reference: other.actual[index] ?? NaN };
    const estimate = (of: (draw: ResampledQuantile) => number): Estimate =>
      intervalOf(of(measured), draws.map(of), confidence);
    return {
      ratio: estimate(({ value, reference }) => value / reference),
      difference: estimate(({ value, reference }) => value - reference),
      measured,
      draws,
    };
  });
}

/** An estimate with the interval of its resampled values, without the outermost at each end. */
export function intervalOf(value: number, drawn: readonly number[], confidence: number): Estimate {
  const sorted = drawn.toSorted((a, b) => a - b);
  const tail = Math.floor(((1 - confidence) / 2) * sorted.length);
  return { value, low: sorted[tail] ?? NaN, high: sorted[sorted.length - 1 - tail] ?? NaN };
}

function thinned(values: readonly number[]): readonly number[] {
  const step = values.length / MOST_VALUES;
  if (step <= 1) return values;
  return Array.from({ length: MOST_VALUES }, (_, index) => values[Math.floor(index * step)] ?? 0);
}

interface Resampler {
  readonly actual: readonly number[];
  /** The quantiles of one resampled sample. */
  draw(): readonly number[];
}

/** Draws ranks and counts them, so that no sample has to be sorted again. */
function resampler(
  values: readonly number[],
  quantiles: readonly number[],
  random: Random,
): Resampler {
  const size = values.length;
  const byValue = values.map((value, index) => ({ value, index }));
  byValue.sort((a, b) => a.value - b.value || a.index - b.index);
  const sorted = byValue.map(({ value }) => value);
  const rankOf = new Uint32Array(size);
  for (const [rank, { index }] of byValue.entries()) rankOf[index] = rank;
  const block = Math.max(1, Math.round(Math.cbrt(size)));
  const places = quantiles.map((share) => quantileRank(size, share));
  const counts = new Uint32Array(size);

  const draw = (): readonly number[] => {
    counts.fill(0);
    for (let drawn = 0; drawn < size;) {
      let index = Math.floor(random() * size);
      for (let inside = 0; inside < block && drawn < size; inside += 1) {
        const rank = rankOf[index] ?? 0;
        counts[rank] = (counts[rank] ?? 0) + 1;
        index = index + 1 === size ? 0 : index + 1;
        drawn += 1;
      }
    }
    return places.map((place) => {
      let seen = 0;
      let rank = 0;
      while (rank < size - 1 && (seen += counts[rank] ?? 0) <= place) rank += 1;
      return sorted[rank] ?? NaN;
    });
  };
  return { actual: places.map((place) => sorted[place] ?? NaN), draw };
}
