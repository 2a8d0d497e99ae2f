import type { RunEvent, RequestEvent } from '../../../events/event.ts';
import { seconds } from '../../../text/seconds.ts';
import { overlaps } from '../../history/interval.ts';
import type { Services } from '../../history/services/services.ts';
import { quantileOf } from '../../statistics/quantile.ts';
import type { Noise } from '../noise/noise.ts';

/** A kind of request that takes longer when every service is the target's. */
export interface SlowerRequest {
  readonly operation: string;
  /**
   * The longest answer before the first swap, and the shortest after the last. If users do not notice
   * it: what nine of ten answers before the first swap took at most.
   */
  readonly baseMs: number;
  readonly targetMs: number;
  readonly targets: number;
  /** By a second or more, so that users notice it; otherwise it fails no tag. */
  readonly isNoticed: boolean;
  /** The first one at the target. */
  readonly first: RequestEvent;
}

/** Users notice this much more, in milliseconds. */
export const NOTICED_MS = 1000;
/** One slow answer may be the machine's, on a machine that was slow just then also several. */
const FEWEST_AT_TARGET = 2;
const FEWEST_IN_NOISE = 4;
/**
 * Less than that shows only where there are many answers of each release, and each one of the target
 * takes this much longer, and half as long again, as nine of ten of the base.
 */
const LATER_MS = 200;
const MOST_OF_BASE = 0.9;
const LATER_RATIO = 1.5;
const FEWEST_LATER_AT_BASE = 5;
const FEWEST_LATER_AT_TARGET = 10;
/** This share of the kinds is later by less than the machine makes them. */
const COMMON_SHARE = 0.75;
/** Answers of other kinds this close to one show what the machine did just then. */
const NEAR_MS = 1000;
/** With fewer of them, all kinds at the target show it. */
const FEWEST_NEAR = 5;

interface Kind {
  readonly operation: string;
  readonly baseMs: number;
  readonly bases: number;
  /** Nine of ten answers of the base took no longer. */
  readonly mostMs: number;
  /** In the order in which they were sent. */
  readonly target: readonly [RequestEvent, ...RequestEvent[]];
}

/**
 * Compares the answers of each kind of request. Most kinds of requests are later at the target by
 * some time, because the machine is busier. Each answer of this kind has to exceed the longest of
 * the base by a second more than that. So a machine that is busier after the roll, or a single late
 * answer, counts as nothing. Measured at a load of 20 on two cores: one of 57 kinds had 1.5 s more.
 * It was later by 1.4 s, each other one by 0.5 s at most. At a load of 26, two unchanged kinds were
 * later by 1.2 and 1.4 s in two answers each. The controls took up to 2.2 s.
 */
export function readSlower(
  events: readonly RunEvent[],
  { services, noise }: { readonly services: Services; readonly noise: Pick<Noise, 'intervals'> },
): readonly SlowerRequest[] {
  const { firstSwapAt, lastSwapAt } = services;
  if (firstSwapAt === null || lastSwapAt === null) return [];
  const kinds = kindsOf(events, { firstSwapAt, lastSwapAt });
  const laterOf = laterAtTarget(kinds);
  const isLaterBy = ({ target, baseMs }: Kind, ms: number): boolean =>
    target.every((one) => took(one) >= baseMs + ms && laterOf(one) >= ms);
  /** Than most answers of the base, after the other kinds' delay is removed. */
  const isLaterThanMost = ({ target, baseMs, mostMs }: Kind, ms: number): boolean =>
    target.every((one) => took(one) >= mostMs + ms && laterOf(one) + baseMs - mostMs >= ms);
  const isNoticed = (kind: Kind): boolean => {
    const { target } = kind;
    const quiet = target.filter(({ sentAt, at }) =>
      noise.intervals.every((interval) => !overlaps(interval, { from: sentAt, to: at })),
    );
    const isEnough = quiet.length >= FEWEST_AT_TARGET || target.length >= FEWEST_IN_NOISE;
    return isEnough && isLaterBy(kind, NOTICED_MS);
  };
  const isLater = (kind: Kind): boolean =>
    kind.bases >= FEWEST_LATER_AT_BASE &&
    kind.target.length >= FEWEST_LATER_AT_TARGET &&
    isLaterThanMost(kind, Math.max(LATER_MS, (LATER_RATIO - 1) * kind.mostMs));
  return kinds.flatMap((kind): readonly SlowerRequest[] => {
    const noticed = isNoticed(kind);
    if (!noticed && !isLater(kind)) return [];
    const { operation, baseMs, mostMs, target } = kind;
    return [
      {
        operation,
        baseMs: noticed ? baseMs : mostMs,
        targetMs: Math.min(...target.map(took)),
        targets: target.length,
        isNoticed: noticed,
        first: target[0],
      },
    ];
  });
}

/** The kinds of requests that both releases answered by themselves. */
function kindsOf(
  events: readonly RunEvent[],
  { firstSwapAt, lastSwapAt }: { readonly firstSwapAt: number; readonly lastSwapAt: number },
): readonly Kind[] {
  const served = events.filter(
    (event): event is RequestEvent =>
      event.type === 'request' && event.outcome === 'served' && event.control !== true,
  );
  return [...Map.groupBy(served, ({ operation }) => operation)].flatMap(([operation, all]) => {
    const base = all.filter(({ at }) => at < firstSwapAt);
    const [first, ...others] = all
      .filter(({ sentAt }) => sentAt > lastSwapAt)
      .toSorted((a, b) => a.sentAt - b.sentAt);
    if (first === undefined || base.length === 0) return [];
    const times = base.map(took).toSorted((a, b) => a - b);
    return [
      {
        operation,
        baseMs: Math.max(...times),
        mostMs: quantileOf(times, MOST_OF_BASE),
        bases: times.length,
        target: [first, ...others],
      },
    ];
  });
}

/**
 * By how much an answer of the target exceeds the longest of the base, after the other kinds' delay
 * at the same time is removed.
 */
function laterAtTarget(kinds: readonly Kind[]): (request: RequestEvent) => number {
  const baseMs = new Map(kinds.map((kind) => [kind.operation, kind.baseMs]));
  const later = (request: RequestEvent): number =>
    took(request) - (baseMs.get(request.operation) ?? 0);
  const commonOf = (laters: readonly number[]): number =>
    laters.length === 0
      ? 0
      : Math.max(
          0,
          quantileOf(
            laters.toSorted((a, b) => a - b),
            COMMON_SHARE,
          ),
        );
  const ofAll = commonOf(kinds.map(({ target }) => Math.min(...target.map(later))));
  const all = kinds.flatMap(({ target }) => target);
  return (request) => {
    const around = { from: request.sentAt - NEAR_MS, to: request.at + NEAR_MS };
    const near = all.filter(
      (other) =>
        other.operation !== request.operation &&
        overlaps({ from: other.sentAt, to: other.at }, around),
    );
    const common = near.length < FEWEST_NEAR ? ofAll : commonOf(near.map(later));
    return later(request) - Math.max(common, ofAll);
  };
}

function took({ at, sentAt }: RequestEvent): number {
  return at - sentAt;
}

/** `GET outputs: 1.6 s or more in each of 3 answers, 0.1 s or less before`. */
export function slowerInWords({
  operation,
  baseMs,
  targetMs,
  targets,
  isNoticed,
}: Pick<SlowerRequest, 'operation' | 'baseMs' | 'targetMs' | 'targets' | 'isNoticed'>): string {
  const most = isNoticed ? '' : ' in nine of ten';
  return `${operation}: ${seconds(targetMs)} or more in each of ${targets} answers, ${seconds(baseMs)} or less${most} from the base`;
}
