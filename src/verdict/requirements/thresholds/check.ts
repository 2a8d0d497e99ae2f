import { parseThreshold } from '../../../scenario/threshold/parse.ts';
import type { Operator } from '../../../scenario/threshold/threshold.ts';
import type { Reading } from '../../reading/reading.ts';
import type { ThresholdResult } from '../../schema/verdict.ts';
import { valueOf } from './values.ts';

/** Evaluates each threshold of the scenario. A threshold without a measurement is not met. */
export function checkThresholds(reading: Reading): readonly ThresholdResult[] {
  return (reading.start.thresholds ?? []).map(({ metric, expression }): ThresholdResult => {
    const parsed = parseThreshold(metric, expression);
    if ('problem' in parsed) {
      return { metric, expression, status: 'not-measured', value: null, unit: 'none' };
    }
    const { threshold } = parsed;
    const value = valueOf(threshold, reading);
    const { unit } = threshold;
    if (value === null) return { metric, expression, status: 'not-measured', value, unit };
    const met = holds(value, threshold.operator, threshold.limit);
    return { metric, expression, status: met ? 'passed' : 'failed', value, unit };
  });
}

/** `http_req_duration{probe:list}: p(95)<800ms (1,210 ms)`: a threshold with the measured value. */
export function thresholdInWords({ metric, expression, value, unit }: ThresholdResult): string {
  const measured =
    value === null
      ? 'nothing was measured'
      : unit === 'ms'
        ? `${value.toFixed(0)} ms`
        : String(Math.round(value * 1e6) / 1e6);
  return `${metric}: ${expression} (${measured})`;
}

function holds(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}
