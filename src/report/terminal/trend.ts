import type { JudgedBudget } from '../../verdict/many-runs/budget.ts';
import type { ComparedRate, Spread, TrendRow } from '../../verdict/many-runs/trend.ts';
import type { Rate } from '../../verdict/statistics/binomial.ts';

export const TREND_LEGEND =
  'k of n (a–b %): in k of n runs; a 95 % interval of the rate by Clopper and Pearson. Other figures: median (least–most).';

/** The rows of `rollgate trend` as cells; the first row holds the titles. */
export function trendCells(rows: readonly TrendRow[]): readonly (readonly string[])[] {
  return [
    [
      'UPGRADE',
      'CHOREOGRAPHY',
      'RUNS',
      'PASSED',
      'LOST REQUESTS',
      'STUCK',
      'LOST',
      'AVAILABILITY',
      'DISRUPTION',
      'DURATION',
    ],
    ...rows.map((row) => [
      `${row.base} → ${row.target}`,
      `${row.choreography} on ${row.topology}`,
      row.unfinished === 0 ? String(row.runs) : `${row.runs} (${row.unfinished} unfinished)`,
      rate(row.passed),
      rate(row.lostRequests),
      rate(row.stuckStacks),
      rate(row.lostStacks),
      spread(row.availability, (value) => `${(value * 100).toFixed(2)} %`),
      spread(row.disruptionSeconds, (value) => `${value.toFixed(1)} s`),
      spread(row.durationSeconds, (value) => `${value.toFixed(0)} s`),
    ]),
  ];
}

/** In how many runs each kind of cause was seen. */
export function causeCells(rows: readonly TrendRow[]): readonly (readonly string[])[] {
  return [
    ['UPGRADE', 'CHOREOGRAPHY', 'CAUSE', 'IN RUNS'],
    ...rows.flatMap((row) =>
      row.causes.map((cause) => [
        `${row.base} → ${row.target}`,
        `${row.choreography} on ${row.topology}`,
        cause.kind,
        rate(cause.rate),
      ]),
    ),
  ];
}

/** Two sets of runs compared. */
export function comparedCells(rows: readonly ComparedRate[]): readonly (readonly string[])[] {
  return [
    ['UPGRADE', 'CHOREOGRAPHY', 'WHAT', 'BEFORE', 'NOW', 'P', 'JUDGED'],
    ...rows.map((row) => [
      `${row.base} → ${row.target}`,
      `${row.choreography} on ${row.topology}`,
      row.what,
      rate(row.before),
      rate(row.now),
      row.p < 0.001 ? '< 0.001' : row.p.toFixed(3),
      JUDGED[row.judged],
    ]),
  ];
}

/** Budgets against the runs of each row. */
export function budgetCells(budgets: readonly JudgedBudget[]): readonly (readonly string[])[] {
  return [
    ['UPGRADE', 'CHOREOGRAPHY', 'BUDGET', 'OVER THE LIMIT', 'JUDGED'],
    ...budgets.map((one) => [
      `${one.base} → ${one.target}`,
      `${one.choreography} on ${one.topology}`,
      one.budget.text,
      `${one.over} of ${one.runs}`,
      one.judged === 'too-few'
        ? `not judged: too few runs, ${one.runsNeeded} are needed`
        : BUDGET_JUDGED[one.judged],
    ]),
  ];
}

const BUDGET_JUDGED = {
  kept: 'kept',
  exceeded: 'exceeded',
  open: 'not shown: more runs are needed',
} as const satisfies Record<Exclude<JudgedBudget['judged'], 'too-few'>, string>;

const JUDGED = {
  changed: 'changed',
  'no-evidence': 'no evidence of a change',
  'too-few': 'too few runs to tell',
} as const satisfies Record<ComparedRate['judged'], string>;

/** `3 of 40 (2–20 %)` */
function rate({ hits, runs, low, high }: Rate): string {
  if (runs === 0) return '-';
  return `${hits} of ${runs} (${Math.floor(low * 100)}–${Math.ceil(high * 100)} %)`;
}

/** `1.2 s (0.0 s–3.4 s)` */
function spread(value: Spread | null, inWords: (value: number) => string): string {
  if (value === null) return '-';
  const { median, least, most } = value;
  if (least === most) return inWords(median);
  return `${inWords(median)} (${inWords(least)}–${inWords(most)})`;
}
