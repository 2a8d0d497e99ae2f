/** The type of a metric: a share of cases, values with statistics, or a plain count. */
export type MetricKind = 'rate' | 'trend' | 'counter';
/** `time`: limits are written in ms, s or m. */
export interface Metric {
  readonly kind: MetricKind;
  readonly unit: 'time' | 'none';
  readonly tags: readonly SelectorTag[];
  /** One line for the documentation. */
  readonly what: string;
}

export const TAG_NAMES = ['probe', 'connection', 'stage', 'version', 'node'] as const;
export type SelectorTag = (typeof TAG_NAMES)[number];

const REQUEST_TAGS: readonly SelectorTag[] = TAG_NAMES;
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
  stacks_failed: count('stacks that failed'),
  stacks_lost: count('stacks that were lost'),
  operations_accepted: count('operations that were accepted'),
  operations_completed: count('operations that were completed'),
  operations_stuck: count('operations that were stuck'),
  operations_failed: count('operations that failed'),
  operations_lost: count('operations that were lost'),
  log_errors: {
    kind: 'counter',
    unit: 'none',
    tags: ['node'],
    what: "errors in the services' logs; in a watch, in those that `--log` names",
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

export const AGGREGATIONS: Readonly<Record<MetricKind, readonly string[]>> = {
  rate: ['rate', 'count'],
  trend: ['min', 'avg', 'med', 'max', 'sum', 'count', 'p(N)'],
  counter: ['count'],
};

/** The allowed values of a tag; null: every value. */
export const TAG_VALUES: Readonly<Record<SelectorTag, readonly string[] | null>> = {
  probe: null,
  connection: ['new', 'reused'],
  stage: ['baseline', 'mixed', 'upgrade', 'after'],
  version: ['base', 'target'],
  node: null,
};
