import { z } from 'zod';
import type { MetricName, SelectorTag } from './metrics.ts';

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** A parsed threshold. Limits on times are in milliseconds, on rates from 0 to 1. */
export interface Threshold {
  /** As it was written: `http_req_duration{probe:list}`. */
  readonly metric: string;
  /** As it was written: `p(95)<800ms`. */
  readonly expression: string;
  readonly name: MetricName;
  readonly selector: Readonly<Partial<Record<SelectorTag, string>>>;
  readonly aggregation: 'rate' | 'count' | 'min' | 'avg' | 'med' | 'max' | 'sum' | 'p';
  /** Of `p(95)`: 0.95. */
  readonly quantile: number;
  readonly operator: Operator;
  readonly limit: number;
  readonly unit: 'ms' | 'none';
}

export const thresholdsSchema = z.record(
  z.string(),
  z.union([z.string(), z.array(z.string()).min(1)]),
);
export type WrittenThresholds = Readonly<z.output<typeof thresholdsSchema>>;

/** As a list of pairs, in the written order. */
export function thresholdPairs(
  written: WrittenThresholds,
): readonly { readonly metric: string; readonly expression: string }[] {
  return Object.entries(written).flatMap(([metric, expressions]) =>
    [expressions].flat().map((expression) => ({ metric, expression })),
  );
}
