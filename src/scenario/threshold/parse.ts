import { withNearest } from '../../document/nearest.ts';
import type { Problem } from '../../document/problem.ts';
import { shortened } from '../../text/shortened.ts';
import {
  AGGREGATIONS,
  isMetric,
  METRICS,
  TAG_VALUES,
  type Metric,
  type MetricName,
  type SelectorTag,
} from './metrics.ts';
import type { Operator, Threshold } from './threshold.ts';

const METRIC = /^(?<name>\w+)(?:\{(?<tags>[^{}]*)\})?$/;
const EXPRESSION =
  /^(?<aggregation>rate|count|min|avg|med|max|sum|p\((?<percent>\d+(?:\.\d+)?)\))\s*(?<operator><=|>=|==|!=|<|>)\s*(?<number>\d+(?:\.\d+)?)\s*(?<unit>ms|s|m|%)?$/;
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** The part of a threshold that is written as its key. */
type Measure = Pick<Threshold, 'name' | 'selector'>;
/** The part that is written as its value. */
type Condition = Omit<Threshold, 'metric' | 'expression' | keyof Measure>;
interface Unparsed {
  readonly problem: string;
}

export type Parsed =
  | { readonly threshold: Threshold }
  /** `key`: the problem is in the metric, `value`: in the expression. */
  | (Unparsed & Pick<Problem, 'at'>);

/**
 * Reads one threshold.
 *
 * @returns The problem, and where it is, if the threshold is invalid.
 */
export function parseThreshold(metric: string, expression: string): Parsed {
  const measure = measureIn(metric);
  if ('problem' in measure) return { ...measure, at: 'key' };
  const condition = conditionIn(expression, measure.name);
  if ('problem' in condition) return { ...condition, at: 'value' };
  return { threshold: { metric, expression, ...measure, ...condition } };
}

/** `http_req_duration{probe:list, stage:mixed}`. */
function measureIn(metric: string): Measure | Unparsed {
  const { name = '', tags = '' } = METRIC.exec(metric.trim())?.groups ?? {};
  if (!isMetric(name)) {
    const known = Object.keys(METRICS);
    const unknown = withNearest(`unknown metric ${shortened(JSON.stringify(metric))}`, name, known);
    return { problem: `${unknown}; known metrics: ${known.join(', ')}` };
  }
  const own: readonly SelectorTag[] = METRICS[name].tags;
  const selector: Partial<Record<SelectorTag, string>> = {};
  for (const pair of tags.split(',').filter((text) => text.trim() !== '')) {
    const [tagText = '', value = ''] = pair.split(':').map((part) => part.trim());
    const tag = own.find((one) => one === tagText);
    if (tag === undefined || value === '') {
      const allowed = own.length === 0 ? 'none' : own.join(', ');
      const found = shortened(JSON.stringify(pair.trim()));
      return { problem: `${name} has no tag ${found}; its tags: ${allowed}` };
    }
    if (selector[tag] !== undefined) return { problem: `${tag} appears twice in ${metric}` };
    const values = TAG_VALUES[tag];
    if (values !== null && !values.includes(value)) {
      const found = JSON.stringify(value);
      return { problem: `${tag} is one of ${values.join(', ')}; found ${found}` };
    }
    selector[tag] = value;
  }
  return { name, selector };
}

/** `p(95)<800ms`. */
function conditionIn(expression: string, name: MetricName): Condition | Unparsed {
  const meant: Metric = METRICS[name];
  const allowed = AGGREGATIONS[meant.kind];
  const groups = EXPRESSION.exec(expression.trim())?.groups;
  if (groups === undefined) {
    const found = shortened(JSON.stringify(expression));
    return {
      problem: `expected AGGREGATION OPERATOR NUMBER, such as ${example(meant)}; found ${found}; aggregations of ${name}: ${allowed.join(', ')}`,
    };
  }
  const { aggregation: text = '', percent, operator, number, unit } = groups;
  const aggregation = aggregationOf(text);
  if (!allowed.includes(aggregation === 'p' ? 'p(N)' : aggregation)) {
    return { problem: `${name} has no ${text}; its aggregations: ${allowed.join(', ')}` };
  }
  if (Number(percent ?? 0) > 100) return { problem: 'a percentile is at most 100' };
  const isTime = meant.unit === 'time' && aggregation !== 'count';
  const factor = isTime ? timeFactor(unit) : numberFactor(unit, aggregation);
  if (typeof factor === 'string') return { problem: `${expression}: ${factor}` };
  return {
    aggregation,
    quantile: Number(percent ?? 0) / 100,
    operator: operatorOf(operator),
    limit: Number(number) * factor,
    unit: isTime ? 'ms' : 'none',
  };
}

function example({ kind, unit }: Metric): string {
  if (kind === 'counter') return 'count==0';
  if (kind === 'rate') return 'rate<0.001';
  return unit === 'time' ? 'p(95)<800ms' : 'max<2';
}

function aggregationOf(text: string): Threshold['aggregation'] {
  const names = ['rate', 'count', 'min', 'avg', 'med', 'max', 'sum'] as const;
  return names.find((name) => name === text) ?? 'p';
}

function operatorOf(text: string | undefined): Operator {
  const operators = ['<', '<=', '>', '>=', '!='] as const;
  return operators.find((operator) => operator === text) ?? '==';
}

/** From a time's unit to milliseconds, or the problem of the unit. */
function timeFactor(unit = ''): number | string {
  return MILLISECONDS[unit] ?? 'a time needs a unit: ms, s or m';
}

/** The same of any other number. */
function numberFactor(
  unit: string | undefined,
  aggregation: Threshold['aggregation'],
): number | string {
  if (unit === undefined) return 1;
  return aggregation === 'rate' && unit === '%' ? 0.01 : `${unit} is no unit of ${aggregation}`;
}
