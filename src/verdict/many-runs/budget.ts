import { boundsOf } from '../statistics/binomial.ts';
import type { RunSummary } from './summary.ts';
import { longestDisruption, trendGroups } from './trend.ts';

/**
 * Figures with one value for each run, as the columns of `rollgate trend`. Times are in seconds.
 * `disruption` is the time in which no request at all was served. The metric of the same name in a
 * scenario's thresholds is another one.
 */
export const BUDGET_METRICS = {
  disruption: longestDisruption,
  duration: ({ durationSeconds }: RunSummary): number => durationSeconds,
  requests_lost: ({ api }: RunSummary): number => api.failed,
  stacks_stuck: ({ stacks }: RunSummary): number => stacks.stuck,
  stacks_lost: ({ stacks }: RunSummary): number => stacks.lost + stacks.failed,
} as const satisfies Readonly<Record<string, (verdict: RunSummary) => number>>;

export type BudgetMetric = keyof typeof BUDGET_METRICS;

/** `disruption p(95)<5s`: at most 5 % of runs may have a disruption of 5 s or more. */
export interface Budget {
  /** As it was written. */
  readonly text: string;
  readonly metric: BudgetMetric;
  /** The share of runs that must be within the limit, above 0 and below 1. */
  readonly quantile: number;
  readonly operator: '<' | '<=';
  /** Seconds for times. */
  readonly limit: number;
}

/** A budget against the runs of one pair, choreography and topology. */
export interface JudgedBudget {
  readonly base: string;
  readonly target: string;
  readonly choreography: string;
  readonly topology: string;
  readonly budget: Budget;
  readonly runs: number;
  /** Runs that were not within the limit. */
  readonly over: number;
  /** The number of runs that, all within the limit, would show that the budget is kept. */
  readonly runsNeeded: number;
  /**
   * `too-few`: even if all of these runs were within the limit, the answer would be unknown.
   * `open`: enough runs, but neither is shown.
   */
  readonly judged: 'kept' | 'exceeded' | 'open' | 'too-few';
}

/** Each decision is wrong in at most this share of cases. */
const ALPHA = 0.05;

/**
 * Judges a percentile over runs by the share of runs beyond the limit, with its exact bounds
 * (Clopper and Pearson, 95 % for each side). `kept`: the share is shown to be at most 1 − quantile.
 * `exceeded`: it is shown to be more. No distribution is assumed.
 */
export function judgeBudgets(
  verdicts: readonly RunSummary[],
  budgets: readonly Budget[],
): readonly JudgedBudget[] {
  return trendGroups(verdicts).flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const ended = own.filter((verdict) => verdict.ended === 'completed');
    return budgets.map((budget): JudgedBudget => {
      const over = ended.filter((verdict) => !isWithin(verdict, budget)).length;
      return {
        base: first.base.series,
        target: first.target.series,
        choreography: first.choreography,
        topology: first.topology,
        budget,
        runs: ended.length,
        over,
        runsNeeded: runsNeeded(budget.quantile),
        judged: decide(over, ended.length, budget.quantile),
      };
    });
  });
}

function isWithin(verdict: RunSummary, { metric, operator, limit }: Budget): boolean {
  const value = BUDGET_METRICS[metric](verdict);
  return operator === '<' ? value < limit : value <= limit;
}

function decide(over: number, runs: number, quantile: number): JudgedBudget['judged'] {
  const allowed = 1 - quantile;
  const { low, high } = boundsOf(over, runs, ALPHA);
  if (runs > 0 && low > allowed) return 'exceeded';
  if (runs < runsNeeded(quantile)) return 'too-few';
  return high <= allowed ? 'kept' : 'open';
}

/** The least number of runs that, all within the limit, have a bound of at most 1 − quantile. */
function runsNeeded(quantile: number): number {
  // So that 59.0000001 does not become 60.
  return Math.ceil(Math.log(ALPHA) / Math.log(quantile) - 1e-9);
}
