import type { EventOf, RequestEvent, RunEvent } from '../../../events/event.ts';
import { counted } from '../../../text/counted.ts';
import { slug } from '../../schema/slug.ts';
import { fisherExact } from '../../statistics/binomial.ts';
import { groupBy } from '../group.ts';
import { overlaps, type Interval } from '../interval.ts';
import type { Operation } from '../ledger.ts';
import { lineBeside } from './line-beside.ts';

/** The kind of its cause, and the code of the error that stops a run for it. */
export const BASE_FAILS = 'base-fails';

/** A failure of the base before anything is rolled, so the upgrade did not cause it. */
export interface BaseFailure {
  /** The id of its cause. */
  readonly id: string;
  readonly harm: 'requests-lost' | 'stacks-failed' | 'integrity-broken';
  /** The request and its end, e.g. `signal-cfn: 403, unexpected-status`. */
  readonly what: string;
  /** How often it failed in the baseline, and out of how many attempts there. */
  readonly count: number;
  readonly of: number;
  /** The first of them, in milliseconds since the start of the run. */
  readonly firstAt: number;
  /** `node1/heat-api-cfn`, if it is known. */
  readonly server: string | null;
  readonly sample: string;
  /** The first request or object that failed. */
  readonly victim: string;
  /** The line in that server's log beside the first of them. */
  readonly line: string | null;
  /** When the base's own time ended, in milliseconds since the start of the run. */
  readonly until: number;
  /**
   * How often it came later, and out of how many, if that is certainly more often than in the base.
   * Then the upgrade adds to it, and later failures are not the base's.
   */
  readonly more: CountOf | null;
  /** The operations that it may prevent from completing; `null`: none. */
  readonly hinders: { readonly action: string; readonly outcome: string } | 'any' | null;
}

interface CountOf {
  readonly count: number;
  readonly of: number;
}

/**
 * One loss may be chance, for example a broken connection. Several equal losses probably are not.
 */
const FEWEST = 3;
/** The share of equal requests that must fail. With a smaller share, the base can serve them. */
const SMALLEST_SHARE = 0.2;
/** Fewer are enough if every attempt failed. */
const FEWEST_OF_ALL = 2;
/** How far from a stall of the machine a loss may be and still be due to it. */
const NEAR_NOISE_MS = 2_000;
/** At this level the shares before and after the roll began differ. */
const SIGNIFICANT = 0.01;

/** The noise that matters here: the times in which the machine was slow. */
interface MeasuredNoise {
  readonly stalls: readonly Interval[];
}

export interface BaselineContext {
  /** Normal operation of the base, before anything is touched. */
  readonly baseline: readonly Interval[];
  readonly noise: MeasuredNoise;
  /** The users' objects, in the singular. */
  readonly noun: string;
}

/**
 * The base's failures in its own baseline, the most frequent first. Losses that noise can explain,
 * and single ones among many served requests, are left out: they do not prevent a judgement.
 */
export function readBaseFailures(
  events: readonly RunEvent[],
  context: BaselineContext,
): readonly BaseFailure[] {
  return [
    ...requestFaults(events, context),
    ...operationFaults(events, context),
    ...integrityFaults(events, context),
  ].sort((a, b) => b.count - a.count || a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1));
}

/**
 * The failure to which a lost request belongs, in the baseline or later. If the upgrade adds to the
 * failure, only losses of the baseline belong to it.
 */
export function failureOfRequest(
  failures: readonly BaseFailure[],
  request: EventOf<'request'>,
): BaseFailure | undefined {
  const id = requestFaultId(request);
  return failures.find(
    ({ id: own, more, until }) => own === id && (more === null || request.sentAt <= until),
  );
}

/**
 * The failure of the base to which a failed integrity check belongs; then the upgrade did not cause
 * it.
 */
export function failureOfCheck(
  failures: readonly BaseFailure[],
  check: string,
): BaseFailure | undefined {
  return failures.find(({ id }) => id === integrityFaultId(check));
}

/** Whether failures of the base may have prevented an operation from completing. */
export function mayHinder(
  failures: readonly BaseFailure[],
  { action, outcome }: Pick<Operation, 'action' | 'outcome'>,
): boolean {
  return failures.some(({ hinders }) =>
    hinders === 'any'
      ? // A refused request removes nothing.
        outcome !== 'lost'
      : hinders?.action === action && hinders.outcome === outcome,
  );
}

/** One line for a person. */
export function failureInWords({ what, count, of, server, line }: BaseFailure): string {
  const where = server === null ? '' : ` by ${server}`;
  const beside = line === null ? '' : `; its log beside it: ${line}`;
  return `${what}${where}, ${count} of ${of}${beside}`;
}

function requestFaultId({ operation, outcome, status }: EventOf<'request'>): string {
  return slug('base-fails', operation, outcome, status);
}

function integrityFaultId(check: string): string {
  return slug('base-fails', 'integrity', check);
}

function requestFaults(
  events: readonly RunEvent[],
  context: BaselineContext,
): readonly BaseFailure[] {
  const all = events
    .filter((event) => event.type === 'request')
    .filter(({ control }) => control !== true);
  const requests = all.filter(({ sentAt }) => within(context.baseline, sentAt));
  const asked = Map.groupBy(requests, ({ operation }) => operation);
  const lost = requests.filter(
    (request) => request.outcome !== 'served' && !mayBeNoise(request, context.noise),
  );
  return groupBy(lost, requestFaultId).flatMap((alike): readonly BaseFailure[] => {
    const [first] = alike;
    const of = asked.get(first.operation)?.length ?? alike.length;
    if (!isFault(alike.length, of)) return [];
    const how = [first.status, first.outcome].filter((part) => part !== undefined).join(', ');
    return [
      {
        id: requestFaultId(first),
        harm: 'requests-lost',
        what: `${first.operation}: ${how}`,
        count: alike.length,
        of,
        firstAt: first.sentAt,
        server: first.server ?? null,
        victim: first.id,
        sample: first.detail ?? first.operation,
        line: lineBeside(events, alike),
        until: endOf(context),
        more: moreOften({ count: alike.length, of }, lossesAfter(first, all, endOf(context))),
        hinders: alike.some(({ probe }) => WORKING_PROBES.includes(probe)) ? 'any' : null,
      },
    ];
  });
}

/** How many requests of a kind failed in the same way after the baseline. */
function lossesAfter(
  first: RequestEvent,
  requests: readonly RequestEvent[],
  until: number,
): CountOf {
  const later = requests.filter(
    ({ operation, sentAt }) => operation === first.operation && sentAt > until,
  );
  return {
    count: later.filter((one) => requestFaultId(one) === requestFaultId(first)).length,
    of: later.length,
  };
}

/** For the requests that make and change objects: without one, the work may not continue. */
const WORKING_PROBES: readonly string[] = ['workload', 'client'];

function moreOften(base: CountOf, later: CountOf): CountOf | null {
  const isMore = later.count * base.of > base.count * later.of;
  const p = fisherExact({ hits: base.count, runs: base.of }, { hits: later.count, runs: later.of });
  return isMore && p < SIGNIFICANT ? later : null;
}

function endOf({ baseline }: BaselineContext): number {
  return Math.max(...baseline.map(({ to }) => to));
}

function operationFaults(
  events: readonly RunEvent[],
  context: BaselineContext,
): readonly BaseFailure[] {
  const { baseline, noun } = context;
  const settled = events
    .filter((event) => event.type === 'operation-settled')
    .filter(({ at }) => within(baseline, at));
  const asked = Map.groupBy(settled, ({ action }) => action);
  const failed = settled.filter(({ outcome }) => outcome === 'failed' || outcome === 'lost');
  return groupBy(failed, ({ action, outcome }) => `${action} ${outcome}`).flatMap((alike) => {
    const [first] = alike;
    const of = asked.get(first.action)?.length ?? alike.length;
    if (!isFault(alike.length, of)) return [];
    return [
      {
        id: slug('base-fails', 'stack', first.action, first.outcome),
        harm: 'stacks-failed' as const,
        what: `${first.action} of ${noun}s: ${first.outcome}`,
        count: alike.length,
        of,
        firstAt: first.at,
        server: null,
        victim: first.object,
        sample: `${first.object}: ${first.status}`,
        line: null,
        until: endOf(context),
        more: null,
        hinders: { action: first.action, outcome: first.outcome },
      },
    ];
  });
}

/** A failed integrity check cannot be chance: one is enough. */
function integrityFaults(
  events: readonly RunEvent[],
  context: BaselineContext,
): readonly BaseFailure[] {
  const { baseline } = context;
  const checks = events
    .filter((event) => event.type === 'integrity-checked')
    .filter(({ at }) => within(baseline, at));
  const broken = checks.filter(({ ok }) => !ok);
  return groupBy(broken, ({ check }) => check).map((alike) => {
    const [first] = alike;
    return {
      id: integrityFaultId(first.check),
      harm: 'integrity-broken' as const,
      what: `${first.check} does not hold`,
      count: alike.length,
      of: checks.filter(({ check }) => check === first.check).length,
      firstAt: first.at,
      server: null,
      victim: first.object,
      sample: `${first.object}: ${first.detail}`,
      line: null,
      until: endOf(context),
      more: null,
      hinders: null,
    };
  });
}

function isFault(count: number, of: number): boolean {
  if (count === of) return count >= FEWEST_OF_ALL;
  return count >= FEWEST && count >= SMALLEST_SHARE * of;
}

/**
 * Whether a slow machine can have caused a loss: it cannot have caused an answer of the subject.
 */
function mayBeNoise(
  { outcome, sentAt, at }: EventOf<'request'>,
  { stalls }: MeasuredNoise,
): boolean {
  const answers: readonly string[] = ['unexpected-status', 'wrong-body', 'wrong-headers'];
  if (answers.includes(outcome)) return false;
  const near = { from: sentAt - NEAR_NOISE_MS, to: at + NEAR_NOISE_MS };
  return stalls.some((stall) => overlaps(stall, near));
}

function within(intervals: readonly Interval[], time: number): boolean {
  return intervals.some(({ from, to }) => time >= from && time <= to);
}

/** Why a run stops before the roll; `undefined` if the base has no failure. */
export function baseFailsInWords(failures: readonly BaseFailure[]): string | undefined {
  const [first, ...more] = failures;
  if (first === undefined) return undefined;
  const others = more.length === 0 ? '' : `, and ${counted(more.length, 'more failure')}`;
  return `the base fails before anything is rolled: ${failureInWords(first)}${others}`;
}
