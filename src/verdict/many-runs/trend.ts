import { CONFIGURATIONS, SIDES, type Side } from '../../release/release.ts';
import { fisherExact, rateOf, type Rate } from '../statistics/binomial.ts';
import { quantileOf } from '../statistics/quantile.ts';
import type { RunSummary } from './summary.ts';

/** Median and extremes of a figure over runs; `null` if no run has it. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The results of many runs of one pair, choreography and topology. */
export interface TrendRow {
  readonly base: string;
  readonly target: string;
  readonly choreography: string;
  readonly topology: string;
  /** The object that users make with the subject, e.g. `stack`. */
  readonly noun: string;
  /** Runs that reached their end; the other rates are of these. */
  readonly runs: number;
  /** Runs that did not; they are in no other figure. */
  readonly unfinished: number;
  /**
   * Runs that met their scenario's requirements, of all judged runs. A run with a failed migration
   * did not reach its end, but counts as a failure.
   */
  readonly passed: Rate;
  readonly lostRequests: Rate;
  readonly stuckStacks: Rate;
  readonly lostStacks: Rate;
  /** Served requests over sent ones, 0 to 1. */
  readonly availability: Spread | null;
  /** The longest time of a run in which no request was served. */
  readonly disruptionSeconds: Spread | null;
  readonly durationSeconds: Spread | null;
  /** In how many runs each kind of cause was seen, the most frequent first. */
  readonly causes: readonly { readonly kind: string; readonly rate: Rate }[];
}

/** One row for each pair, choreography and topology, in the order of their first runs. */
export function trendOf(verdicts: readonly RunSummary[]): readonly TrendRow[] {
  return trendGroups(verdicts).flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const ended = own.filter((verdict) => verdict.ended === 'completed');
    const rate = (hit: (verdict: RunSummary) => boolean): Rate =>
      rateOf(ended.filter(hit).length, ended.length);
    const kinds = [...new Set(ended.flatMap(({ causes }) => causes.map(({ kind }) => kind)))];
    return [
      {
        base: seriesOf(first, 'base'),
        target: seriesOf(first, 'target'),
        choreography: first.choreography,
        topology: first.topology,
        noun: first.noun,
        runs: ended.length,
        unfinished: own.length - ended.length,
        passed: passedOf(own),
        lostRequests: rate(({ api }) => api.failed > 0),
        stuckStacks: rate(({ stacks }) => stacks.stuck > 0),
        lostStacks: rate(({ stacks }) => stacks.lost + stacks.failed > 0),
        availability: spread(ended.flatMap(({ api }) => api.availability ?? [])),
        disruptionSeconds: spread(ended.map(longestDisruption)),
        durationSeconds: spread(ended.map((verdict) => verdict.durationSeconds)),
        causes: kinds
          .map((kind) => ({
            kind,
            rate: rate(({ causes }) => causes.some((cause) => cause.kind === kind)),
          }))
          .toSorted((one, other) => other.rate.hits - one.rate.hits),
      },
    ];
  });
}

/** The runs of each row. */
export function trendGroups(verdicts: readonly RunSummary[]): readonly (readonly RunSummary[])[] {
  return [...Map.groupBy(verdicts, groupOf).values()];
}

function passedOf(verdicts: readonly RunSummary[]): Rate {
  const judged = verdicts.filter(({ outcome }) => outcome !== 'error');
  return rateOf(judged.filter(({ outcome }) => outcome === 'passed').length, judged.length);
}

function groupOf(verdict: RunSummary): string {
  const { choreography, topology, configurationChanges } = verdict;
  const releases = SIDES.map((side) => seriesOf(verdict, side));
  return JSON.stringify([...releases, configurationChanges, choreography, topology]);
}

/** `2026.1`, or `2026.1 (A)` in a change of configuration. */
function seriesOf(verdict: RunSummary, side: Side): string {
  const { series } = verdict[side];
  return verdict.configurationChanges === null ? series : `${series} (${CONFIGURATIONS[side]})`;
}

/** The longest time, in seconds, in which no request was served; without noise. */
export function longestDisruption({ api }: RunSummary): number {
  const own = api.together.all.filter(({ noise }) => !noise);
  return Math.max(0, ...own.map(({ seconds }) => seconds));
}

function spread(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((one, other) => one - other);
  const [least] = sorted;
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) return null;
  return { median: quantileOf(sorted, 0.5), least, most };
}

/** Something that happened in some runs of two sets. */
export interface ComparedRate {
  readonly base: string;
  readonly target: string;
  readonly choreography: string;
  readonly topology: string;
  /** `passed`, `lost requests`, `stuck stacks`, `lost stacks`, or a kind of cause. */
  readonly what: string;
  readonly before: Rate;
  readonly now: Rate;
  /** The probability of such a difference if nothing changed (Fisher's exact test, two-sided). */
  readonly p: number;
  /** `too-few`: with this many runs, not even all against none would be significant. */
  readonly judged: 'changed' | 'no-evidence' | 'too-few';
}

const ALPHA = 0.05;

/**
 * Two sets of runs, for each row that is in both. Because many comparisons find something by
 * chance, a difference counts as a change only with p below 0.05 divided by their number
 * (Bonferroni).
 */
export function compareTrends(
  before: readonly TrendRow[],
  now: readonly TrendRow[],
): readonly ComparedRate[] {
  const pairs = now.flatMap((row) => {
    const was = before.find((one) => KEYS.every((key) => one[key] === row[key]));
    return was === undefined ? [] : ratesOf(was, row);
  });
  const limit = ALPHA / Math.max(1, pairs.length);
  return pairs.map((pair) => {
    const p = fisherExact(pair.before, pair.now);
    const least = fisherExact(
      { hits: 0, runs: pair.before.runs },
      { hits: pair.now.runs, runs: pair.now.runs },
    );
    const judged = least > limit ? 'too-few' : p <= limit ? 'changed' : 'no-evidence';
    return { ...pair, p, judged };
  });
}

const KEYS = ['base', 'target', 'choreography', 'topology'] as const;

function ratesOf(was: TrendRow, row: TrendRow): readonly Omit<ComparedRate, 'p' | 'judged'>[] {
  const { base, target, choreography, topology } = row;
  const common = { base, target, choreography, topology };
  const kinds = [...new Set([...was.causes, ...row.causes].map(({ kind }) => kind))];
  const causeOf = ({ causes, runs }: TrendRow, kind: string): Rate =>
    causes.find((one) => one.kind === kind)?.rate ?? rateOf(0, runs);
  return [
    { ...common, what: 'passed', before: was.passed, now: row.passed },
    { ...common, what: 'lost requests', before: was.lostRequests, now: row.lostRequests },
    { ...common, what: `stuck ${row.noun}s`, before: was.stuckStacks, now: row.stuckStacks },
    { ...common, what: `lost ${row.noun}s`, before: was.lostStacks, now: row.lostStacks },
    ...kinds.map((kind) => ({
      ...common,
      what: kind,
      before: causeOf(was, kind),
      now: causeOf(row, kind),
    })),
  ];
}
