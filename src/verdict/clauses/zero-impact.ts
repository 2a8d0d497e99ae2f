import { counted, some } from '../../text/counted.ts';
import type { Reading } from '../reading/reading.ts';
import { slowAtTimesInWords } from '../requests/times/at-times.ts';
import { FEWEST_TIMES, MOST_RATIO } from '../requests/times/change.ts';
import type { Clause, Comparison } from '../schema/verdict.ts';
import { failed, notProven, proven } from './clause.ts';

/** No slowdown that a user would notice. */
export function zeroImpactClauses(reading: Reading): readonly Clause[] {
  return [noSlowdown(reading)];
}

const CLAIM = { id: 'no-slowdown', title: 'No perceivable slowdown' };

function noSlowdown({ impact, noise, services, slowAtTimes }: Reading): Clause {
  const own = impact.filter(({ control }) => !control);
  if (services.firstSwapAt === null) return notProven(CLAIM, 'Nothing was swapped.');
  const atTimes =
    slowAtTimes.length === 0
      ? undefined
      : failed(CLAIM, ...slowAtTimes.map(slowAtTimesInWords), ...evidenceOf(impact));
  if (noise.why !== null) return atTimes ?? notProven(CLAIM, noise.why, ...evidenceOf(impact));
  if (own.length === 0) return notProven(CLAIM, 'No probe was served.');
  return (
    slowed(own, impact) ??
    atTimes ??
    tooFew(own, impact) ??
    machineChanged(own, impact) ??
    undecided(own, impact) ??
    proven(
      CLAIM,
      `None of ${counted(own.length, 'comparison')} is slower by a factor of ${MOST_RATIO}.`,
      ...evidenceOf(impact),
    )
  );
}

/** @param own The comparisons of the subject. @param impact Those of the controls, too. */
type Judge = (own: readonly Comparison[], impact: readonly Comparison[]) => Clause | undefined;

const slowed: Judge = (own, impact) => {
  const slower = own.filter(({ judged }) => judged === 'slower');
  const [worst] = slower.toSorted((a, b) => (b.p95Ratio?.value ?? 0) - (a.p95Ratio?.value ?? 0));
  return (
    worst &&
    failed(
      CLAIM,
      `${slower.length} of ${counted(own.length, 'comparison')} slower, the most: ${inWords(worst)}`,
      ...evidenceOf(impact, slower),
    )
  );
};

const tooFew: Judge = (own, impact) => {
  const few = own.filter(({ judged }) => judged === 'too-few');
  if (few.length === 0) return undefined;
  return notProven(CLAIM, `Too few requests to compare: ${missing(few)}.`, ...evidenceOf(impact));
};

const machineChanged: Judge = (own, impact) => {
  const noisy = own.filter(({ judged }) => judged === 'noise');
  if (noisy.length === 0) return undefined;
  const shared = impact.find(
    ({ control, judged, reference }) =>
      control && judged !== 'too-few' && noisy.some((one) => one.reference === reference),
  );
  return notProven(
    CLAIM,
    shared === undefined
      ? 'No control had enough requests to distinguish the machine from the subject.'
      : `The machine itself changed, by the controls: ${inWords(shared)}`,
    ...evidenceOf(impact, noisy),
  );
};

const undecided: Judge = (own, impact) => {
  const unsure = own.filter(({ judged }) => judged === 'unsure');
  const [open] = unsure;
  return (
    open &&
    notProven(
      CLAIM,
      `${unsure.length} of ${counted(own.length, 'comparison')} may be either: ${inWords(open)}`,
      ...unsure.map(neededFor),
      ...evidenceOf(impact, unsure),
    )
  );
};

/** All comparisons with enough requests. @param first These come before the others. */
function evidenceOf(
  impact: readonly Comparison[],
  first: readonly Comparison[] = [],
): readonly string[] {
  const compared = impact.filter(({ judged }) => judged !== 'too-few');
  return [...new Set([...first, ...compared])].map(inWords);
}

const JUDGED: Readonly<Record<Comparison['judged'], string>> = {
  slower: 'slower',
  'not-slower': 'not slower',
  unsure: 'may be either',
  'too-few': 'too few to compare',
  noise: 'the machine’s, or not distinguishable from it',
};
const REFERENCE: Readonly<Record<Comparison['reference'], string>> = {
  baseline: 'the baseline',
  after: 'normal operation after it',
};

/** `list/new 24.0.0: 95 % within 520 ms, 512 ms in the baseline, × 1.02 (0.99 to 1.04), …`. */
function inWords(one: Comparison): string {
  const who = `${nameOf(one)}${one.control ? ' (control)' : ''}`;
  const ms = (value: number | null): string => (value === null ? '?' : `${value.toFixed(0)} ms`);
  const counts = `${one.n} requests while services were swapped, ${one.nReference} in ${REFERENCE[one.reference]}`;
  if (one.p95Ratio === null || one.p50Ratio === null) {
    return `${who}: ${counts}: ${JUDGED[one.judged]}.`;
  }
  const times = ({ value, low, high }: NonNullable<Comparison['p95Ratio']>): string =>
    `× ${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return [
    `${who}: p95 ${ms(one.p95Ms)} where ${REFERENCE[one.reference]} had ${ms(one.p95ReferenceMs)}, ${times(one.p95Ratio)}`,
    `median ${ms(one.p50Ms)} and ${ms(one.p50ReferenceMs)}, ${times(one.p50Ratio)}`,
    `p ${probability(one.p ?? 1)}, of the slowest ${probability(one.pSlowest ?? 1)}`,
    `${counts}: ${JUDGED[one.judged]}.`,
  ].join('; ');
}

function nameOf({ probe, connection, version }: Comparison): string {
  return `${probe}/${connection}${version === 'all' ? '' : ` by ${version}`}`;
}

function probability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

/** How many requests are missing, and where. */
function missing(few: readonly Comparison[]): string {
  return some(
    few.flatMap((one) => {
      const lacks = [
        [one.n, one.missing.n, 'while services were swapped'],
        [one.nReference, one.missing.nReference, `in ${REFERENCE[one.reference]}`],
      ] as const;
      return lacks
        .filter(([, missing]) => missing > 0)
        .map(
          ([there, missing, where]) =>
            `${nameOf(one)} lacks ${missing} of ${FEWEST_TIMES} ${where} (${there} there)`,
        );
    }),
    MOST_MISSING,
  );
}

/** At most this many comparisons with too few requests are named; the rest is only counted. */
const MOST_MISSING = 6;

/**
 * An interval narrows with the square root of the number. So its width shows how many requests
 * would bring its end below the limit, if the estimate stays.
 */
function neededFor(one: Comparison): string {
  const lacking = [one.p50Ratio, one.p95Ratio].flatMap((estimate) => {
    if (estimate === null || estimate.high < MOST_RATIO || estimate.value >= MOST_RATIO) return [];
    return [((estimate.high - estimate.value) / (MOST_RATIO - estimate.value)) ** 2];
  });
  const times = Math.max(...lacking);
  return Number.isFinite(times)
    ? `${nameOf(one)} would need about ${Math.ceil((times - 1) * Math.min(one.n, one.nReference))} more requests of each.`
    : `${nameOf(one)}: it looks slower, but not surely.`;
}
