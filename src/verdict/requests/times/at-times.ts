import type { RequestEvent, RunEvent } from '../../../events/event.ts';
import { UNSCHEDULED_PROBES } from '../../../scenario/names.ts';
import { counted } from '../../../text/counted.ts';
import { seconds, span } from '../../../text/seconds.ts';
import { overlaps } from '../../history/interval.ts';
import type { Services } from '../../history/services/services.ts';
import { quantileOf } from '../../statistics/quantile.ts';
import { meanwhileSwapped } from '../noise/blame.ts';
import type { Noise } from '../noise/noise.ts';
import { NOTICED_MS } from './slower.ts';

/** A probe's request that takes much longer now and then since services were swapped. */
export interface SlowAtTimes {
  readonly operation: string;
  /** How long its answers took before the first swap. */
  readonly before: string;
  /** The late answers among those that were compared, in the order in which they were sent. */
  readonly late: readonly [RequestEvent, ...RequestEvent[]];
  readonly answers: number;
  /** Why the machine is not the reason. */
  readonly why: string;
}

/** So many answers of the base show how long one takes, and so many since then how often it is late. */
const FEWEST_OF_BASE = 10;
const FEWEST_SINCE = 30;
/** Late answers within this time may have one reason, for example a moment of the machine. */
const APART_MS = 5_000;
const FEWEST_TIMES_LATE = 5;
/** How many times as often as the other requests it is late. */
const TIMES_THE_OTHERS = 3;
/** The share of late answers in quiet moments. */
const LEAST_SHARE = 0.03;
/**
 * In any moment, the machine alone makes this share late. The late answers have to exceed it by so
 * many standard deviations.
 */
const SHARE_BY_NOISE = 0.05;
const DEVIATIONS = 2;
/** So many other requests show what the machine did meanwhile, and this share of them may be late. */
const FEWEST_NEAR = 5;
const LATE_NEAR = 0.2;
/** A request that was sent longer before says little about the moment. */
const NEAR_MS = 10_000;

/** The answers of one operation that a rule compares. */
interface Compared {
  readonly operation: string;
  readonly before: string;
  readonly base: readonly RequestEvent[];
  readonly since: readonly RequestEvent[];
  readonly isLate: (one: RequestEvent) => boolean;
}

interface Context {
  readonly services: Services;
  readonly noise: Pick<Noise, 'intervals'>;
}

/**
 * Finds requests that are late now and then, also in a run that is too noisy to compare all times.
 * One of two rules has to hold. The other requests of probes show how often the machine makes one
 * late.
 *
 * Measured in 24 runs without such a request, with up to 97 % noise on two cores: in quiet moments
 * at most three answers of a kind were late, all within a second. Alone among others, at most 5.2 %
 * of 444 were late.
 */
export function readSlowAtTimes(
  events: readonly RunEvent[],
  context: Context,
): readonly SlowAtTimes[] {
  const { firstSwapAt } = context.services;
  if (firstSwapAt === null) return [];
  const answers = events
    .filter(
      (event): event is RequestEvent =>
        event.type === 'request' &&
        event.outcome === 'served' &&
        event.control !== true &&
        !UNSCHEDULED_PROBES.includes(event.probe),
    )
    .toSorted((a, b) => a.sentAt - b.sentAt);
  const quiet = found(
    inQuietMoments(answers, firstSwapAt, context),
    (since) => LEAST_SHARE * since,
    'No control was slow during these answers, and no service was stopping or starting.',
  );
  const alone = found(
    besideOthers(answers, firstSwapAt),
    (since) =>
      SHARE_BY_NOISE * since +
      DEVIATIONS * Math.sqrt(SHARE_BY_NOISE * (1 - SHARE_BY_NOISE) * since),
    'Of the other requests that were under way meanwhile, four in five at least were not late.',
  );
  const isKnown = ({ operation }: SlowAtTimes): boolean =>
    quiet.some((one) => one.operation === operation);
  return [...quiet, ...alone.filter((one) => !isKnown(one))];
}

/** @param least How many of so many answers have to be late. */
function found(
  compared: readonly Compared[],
  least: (since: number) => number,
  why: string,
): readonly SlowAtTimes[] {
  const kinds = compared.map((one) => ({ ...one, late: one.since.filter(one.isLate) }));
  return kinds.flatMap(({ operation, before, base, since, isLate, late }) => {
    const [first, ...more] = late;
    const others = kinds.filter((kind) => kind.operation !== operation);
    const share = late.length / since.length;
    const elsewhere = Math.max(
      shareOf(
        sum(others, (kind) => kind.late),
        sum(others, (kind) => kind.since),
      ),
      shareOf(base.filter(isLate).length, base.length),
    );
    if (
      first === undefined ||
      since.length < FEWEST_SINCE ||
      late.length < least(since.length) ||
      share < TIMES_THE_OTHERS * elsewhere ||
      timesApart(late) < FEWEST_TIMES_LATE
    ) {
      return [];
    }
    return [{ operation, before, late: [first, ...more], answers: since.length, why }];
  });
}

/** An answer in a quiet moment is late if it takes a second more than the longest of the base. */
function inQuietMoments(
  answers: readonly RequestEvent[],
  firstSwapAt: number,
  { services, noise }: Context,
): readonly Compared[] {
  const quiet = answers.filter(({ sentAt, at }) =>
    noise.intervals.every((interval) => !overlaps(interval, { from: sentAt, to: at })),
  );
  return byOperation(quiet, firstSwapAt).map(({ operation, base, since }) => {
    const longest = Math.max(...base.map(took));
    return {
      operation,
      before: `each one ${seconds(longest)} or less`,
      base,
      since: since.filter((one) => !meanwhileSwapped(one, services)),
      isLate: (one) => took(one) >= longest + NOTICED_MS,
    };
  });
}

/** In any moment, it is late if it takes a second more than half of the base's, and others are not. */
function besideOthers(answers: readonly RequestEvent[], firstSwapAt: number): readonly Compared[] {
  const kinds = byOperation(answers, firstSwapAt).map((kind) => ({
    ...kind,
    median: quantileOf(
      kind.base.map(took).toSorted((a, b) => a - b),
      0.5,
    ),
  }));
  const median = new Map(kinds.map((kind) => [kind.operation, kind.median]));
  const isLate = (one: RequestEvent): boolean =>
    took(one) >= (median.get(one.operation) ?? Infinity) + NOTICED_MS;
  const known = answers.filter(({ operation }) => median.has(operation));
  const isAlone = (one: RequestEvent): boolean => {
    const near = sentBetween(known, one.sentAt - NEAR_MS, one.at).filter(
      ({ operation, at }) => operation !== one.operation && at > one.sentAt,
    );
    return near.length >= FEWEST_NEAR && near.filter(isLate).length <= LATE_NEAR * near.length;
  };
  return kinds.map(({ operation, base, since, median: half }) => ({
    operation,
    before: `half of them ${seconds(half)} or less`,
    base,
    since,
    isLate: (one) => isLate(one) && isAlone(one),
  }));
}

function byOperation(answers: readonly RequestEvent[], firstSwapAt: number) {
  return [...Map.groupBy(answers, ({ operation }) => operation)].flatMap(([operation, all]) => {
    const base = all.filter(({ at }) => at < firstSwapAt);
    const since = all.filter(({ sentAt }) => sentAt > firstSwapAt);
    return base.length < FEWEST_OF_BASE ? [] : [{ operation, base, since }];
  });
}

/** @param answers In the order in which they were sent. */
function sentBetween(
  answers: readonly RequestEvent[],
  from: number,
  to: number,
): readonly RequestEvent[] {
  const indexOf = (instant: number): number => {
    let [low, high] = [0, answers.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((answers[middle]?.sentAt ?? Infinity) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return answers.slice(indexOf(from), indexOf(to));
}

function sum<T>(kinds: readonly T[], of: (kind: T) => readonly unknown[]): number {
  return kinds.reduce((total, kind) => total + of(kind).length, 0);
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** In how many moments the answers were late. @param late In the order in which they were sent. */
function timesApart(late: readonly RequestEvent[]): number {
  let moments = 0;
  let until = -Infinity;
  for (const { sentAt } of late) {
    if (sentAt < until) continue;
    moments += 1;
    until = sentAt + APART_MS;
  }
  return moments;
}

function took({ at, sentAt }: RequestEvent): number {
  return at - sentAt;
}

/** `GET stacks: 8 of 93 answers took from 2.0 s to 2.5 s, before the first swap each one 0.9 s or less`. */
export function slowAtTimesInWords({ operation, before, late, answers }: SlowAtTimes): string {
  const times = late.map(took);
  const range = span(Math.min(...times), Math.max(...times)).replace('at ', '');
  return `${operation}: ${late.length} of ${counted(answers, 'answer')} took ${range}, before the first swap ${before}`;
}
