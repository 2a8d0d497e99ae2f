import type { Threshold } from '../../../scenario/threshold/threshold.ts';
import { quantileOf } from '../../statistics/quantile.ts';

/** A statistic of values; `null` if there is no value to take it from. */
export function statisticOf(
  { aggregation, quantile }: Threshold,
  values: readonly number[],
): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const sum = sorted.reduce((total, value) => total + value, 0);
  if (aggregation === 'count') return sorted.length;
  if (sorted.length === 0) return null;
  switch (aggregation) {
    case 'min':
      return sorted[0] ?? null;
    case 'max':
      return sorted.at(-1) ?? null;
    case 'sum':
      return sum;
    case 'avg':
      return sum / sorted.length;
    case 'med':
      return quantileOf(sorted, 0.5);
    case 'p':
      return quantileOf(sorted, quantile);
    case 'rate':
      return null;
  }
}
