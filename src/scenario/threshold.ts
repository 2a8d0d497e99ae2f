import { z } from 'zod';
import { withNearest } from '../document/nearest.ts';
import type { Problem } from '../document/problem.ts';
import { shortened } from '../shortened.ts';

/** The type of a metric: a share of cases, values with statistics, or a plain count. */
export type MetricKind = 'rate' | 'trend' | 'counter';
/** `time`: limits are written in ms, s or m. */
interface Metric {
  readonly kind: MetricKind;
  readonly unit: 'time' | 'none';
  readonly tags: readonly Tag[];
  /** One line for the documentation. */
  readonly what: string;
}

export const TAG_NAMES = ['probe', 'connection', 'stage', 'version', 'node'] as const;
type Tag = (typeof TAG_NAMES)[number];

const REQUEST_TAGS: readonly Tag[] = TAG_NAMES;
const count = (what: string): Metric => ({ kind: 'counter', unit: 'none', tags: [], what });

/** Every metric that a threshold can be set on. Names are k6's where k6 has such a metric. */
export const METRICS = {
  api_failed: {
    kind: 'rate',
    unit: 'none',
    tags: REQUEST_TAGS,
    what: 'requests that were not served, without those lost to the noise of the machine',
  },
  http_req_duration: {
    kind: 'trend',
    unit: 'time',
    tags: REQUEST_TAGS,
    what: 'how long served requests took, from the time of sending',
  },
  http_req_duration_scheduled: {
    kind: 'trend',
    unit: 'time',
    tags: REQUEST_TAGS,
    what: 'the same, from the scheduled time',
  },
  disruption: {
    kind: 'trend',
    unit: 'time',
    tags: ['probe', 'connection', 'node'],
    what: 'intervals in which a probe was not served, without those of noise',
  },
  beside_failed: {
    kind: 'rate',
    unit: 'none',
    tags: ['probe'],
    what: 'requests beside the API (`--http`, `--ping`, `load.agent`) that were not served',
  },
  beside_disruption: {
    kind: 'trend',
    unit: 'time',
    tags: ['probe'],
    what: 'intervals in which one of these was not served',
  },
  arrivals_dropped: {
    kind: 'rate',
    unit: 'none',
    tags: ['probe'],
    what: 'scheduled arrivals that were not sent',
  },
  stacks_accepted: count('stacks that were accepted'),
  stacks_completed: count('stacks that were completed'),
  stacks_stuck: count('stacks that were stuck'),
  stacks_failed: count('stacks that were failed'),
  stacks_lost: count('stacks that were lost'),
  operations_accepted: count('operations that were accepted'),
  operations_completed: count('operations that were completed'),
  operations_stuck: count('operations that were stuck'),
  operations_failed: count('operations that were failed'),
  operations_lost: count('operations that were lost'),
  log_errors: {
    kind: 'counter',
    unit: 'none',
    tags: ['node'],
    what: "errors in the services' logs",
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

const AGGREGATIONS: Readonly<Record<MetricKind, readonly string[]>> = {
  rate: ['rate', 'count'],
  trend: ['min', 'avg', 'med', 'max', 'sum', 'count', 'p(N)'],
  counter: ['count'],
};

const TAG_VALUES: Readonly<Record<Tag, readonly string[] | null>> = {
  probe: null,
  connection: ['new', 'reused'],
  stage: ['baseline', 'mixed', 'upgrade', 'after'],
  version: ['base', 'target'],
  node: null,
};

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** A threshold, understood. Limits on times are in milliseconds, on rates from 0 to 1. */
export interface Threshold {
  /** As it was written: `http_req_duration{probe:list}`. */
  readonly metric: string;
  /** As it was written: `p(95)<800ms`. */
  readonly expression: string;
  readonly name: MetricName;
  readonly selector: Readonly<Partial<Record<Tag, string>>>;
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
type Written = Readonly<z.output<typeof thresholdsSchema>>;

/** As a list of pairs, in the order in which they are written. */
export function thresholdPairs(
  written: Written,
): readonly { readonly metric: string; readonly expression: string }[] {
  return Object.entries(written).flatMap(([metric, expressions]) =>
    [expressions].flat().map((expression) => ({ metric, expression })),
  );
}

const METRIC = /^(?<name>\w+)(?:\{(?<tags>[^{}]*)\})?$/;
const EXPRESSION =
  /^(?<aggregation>rate|count|min|avg|med|max|sum|p\((?<percent>\d+(?:\.\d+)?)\))\s*(?<operator><=|>=|==|!=|<|>)\s*(?<number>\d+(?:\.\d+)?)\s*(?<unit>ms|s|m|%)?$/;
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

type Parsed =
  | { readonly threshold: Threshold }
  | { readonly problem: string; readonly key: boolean };

/**
 * Reads one threshold.
 *
 * @returns The problem, and whether it is in the metric (the key) or in the expression, if the
 * threshold is invalid.
 */
export function parseThreshold(metric: string, expression: string): Parsed {
  const inMetric = (problem: string): Parsed => ({ problem, key: true });
  const inExpression = (problem: string): Parsed => ({ problem, key: false });
  const found = METRIC.exec(metric.trim());
  const { name = '', tags = '' } = found?.groups ?? {};
  const known = Object.keys(METRICS);
  if (found === null || !isMetric(name)) {
    return inMetric(
      withNearest(`unknown metric ${shortened(JSON.stringify(metric))}`, name, known) +
        `; known metrics: ${known.join(', ')}`,
    );
  }
  const meant: Metric = METRICS[name];
  const selector: Partial<Record<Tag, string>> = {};
  for (const pair of tags.split(',').filter((text) => text.trim() !== '')) {
    const [tagText = '', value = ''] = pair.split(':').map((part) => part.trim());
    const tag = meant.tags.find((one) => one === tagText);
    if (tag === undefined || value === '') {
      const allowed = meant.tags.length === 0 ? 'none' : meant.tags.join(', ');
      return inMetric(
        `${name} has no tag ${shortened(JSON.stringify(pair.trim()))}; its tags: ${allowed}`,
      );
    }
    if (selector[tag] !== undefined) return inMetric(`${tag} appears twice in ${metric}`);
    const values = TAG_VALUES[tag];
    if (values !== null && !values.includes(value)) {
      return inMetric(`${tag} is one of ${values.join(', ')}; found ${JSON.stringify(value)}`);
    }
    selector[tag] = value;
  }
  const groups = EXPRESSION.exec(expression.trim())?.groups;
  const allowed = AGGREGATIONS[meant.kind];
  if (groups === undefined) {
    return inExpression(
      `expected AGGREGATION OPERATOR NUMBER, such as ${example(meant)}; found ${shortened(JSON.stringify(expression))}; aggregations of ${name}: ${allowed.join(', ')}`,
    );
  }
  const { aggregation: text = '', percent, operator, number, unit } = groups;
  const aggregation = aggregationOf(text);
  if (!allowed.includes(aggregation === 'p' ? 'p(N)' : aggregation)) {
    return inExpression(`${name} has no ${text}; its aggregations: ${allowed.join(', ')}`);
  }
  if (Number(percent ?? 0) > 100) return inExpression('a percentile is at most 100');
  const isTime = meant.unit === 'time' && aggregation !== 'count';
  const factor = factorOf(isTime, aggregation, unit);
  if (typeof factor === 'string') return inExpression(`${expression}: ${factor}`);
  return {
    threshold: {
      metric,
      expression,
      name,
      selector,
      aggregation,
      quantile: Number(percent ?? 0) / 100,
      operator: operatorOf(operator),
      limit: Number(number) * factor,
      unit: isTime ? 'ms' : 'none',
    },
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

/** The factor of a written number's unit, or the problem of the unit. */
function factorOf(
  isTime: boolean,
  aggregation: Threshold['aggregation'],
  unit: string | undefined,
): number | string {
  if (isTime) {
    const factor = MILLISECONDS[unit ?? ''];
    return factor ?? 'a time needs a unit: ms, s or m';
  }
  if (unit === undefined) return 1;
  return aggregation === 'rate' && unit === '%' ? 0.01 : `${unit} is no unit of ${aggregation}`;
}

/**
 * Why a threshold decides nothing: it holds, or fails, whatever is measured. Rates are from 0 to 1,
 * all other values are at least 0.
 */
function decidesNothing({ name, aggregation, operator, limit }: Threshold): string | undefined {
  const isRate = aggregation === 'rate';
  if (isRate && limit > 1) {
    const share = limit <= 100 ? `; for ${limit} % write rate${operator}${limit}%` : '';
    return `a rate is from 0 to 1${share}`;
  }
  const always = (operator === '>=' && limit === 0) || (isRate && operator === '<=' && limit === 1);
  const never = (operator === '<' && limit === 0) || (isRate && operator === '>' && limit === 1);
  if (!always && !never) return undefined;
  return `this ${always ? 'always' : 'never'} holds: ${name} is ${isRate ? 'from 0 to 1' : 'at least 0'}`;
}

/** The problems of a scenario's thresholds. */
export function thresholdProblems(
  written: Written,
  names: {
    readonly probes: readonly string[];
    /** Requests beside the subject's API. */
    readonly beside: readonly string[];
    readonly nodes: readonly string[];
  },
): readonly Problem[] {
  return Object.entries(written).flatMap(([metric, expressions]) =>
    [expressions].flat().flatMap((expression, index): readonly Problem[] => {
      const parsed = parseThreshold(metric, expression);
      const list = Array.isArray(expressions) ? [index] : [];
      if ('problem' in parsed) {
        const path = ['thresholds', metric, ...(parsed.key ? [] : list)];
        return index > 0 && parsed.key
          ? []
          : [{ path, message: parsed.problem, at: parsed.key ? 'key' : 'value' }];
      }
      const constant = decidesNothing(parsed.threshold);
      if (constant !== undefined) {
        const message = `${shortened(expression)}: ${constant}`;
        return [{ path: ['thresholds', metric, ...list], message, at: 'value' }];
      }
      const { probe, node } = parsed.threshold.selector;
      const wrong = (tag: string, value: string, allowed: readonly string[]): Problem => ({
        path: ['thresholds', metric],
        message: withNearest(
          `there is no ${tag} ${JSON.stringify(value)}${allowed.length === 0 ? '' : `; one of ${allowed.join(', ')}`}`,
          value,
          allowed,
        ),
        at: 'key',
      });
      const probes = parsed.threshold.name.startsWith('beside_') ? names.beside : names.probes;
      if (probe !== undefined && !probes.includes(probe)) {
        return [wrong('probe', probe, probes)];
      }
      return node !== undefined && !names.nodes.includes(node)
        ? [wrong('node', node, names.nodes)]
        : [];
    }),
  );
}
