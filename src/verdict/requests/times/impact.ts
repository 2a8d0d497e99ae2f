import type { EventOf, RunEvent, RequestEvent } from '../../../events/event.ts';
import { UNSCHEDULED_PROBES } from '../../../scenario/names.ts';
import { covers } from '../../history/interval.ts';
import type { Services } from '../../history/services/services.ts';
import type { Windows } from '../../history/windows.ts';
import type { Comparison } from '../../schema/verdict.ts';
import { holm } from '../../statistics/holm.ts';
import { quantileOf } from '../../statistics/quantile.ts';
import { seededRandom } from '../../statistics/random.ts';
import { wasNoisy } from '../noise/blame.ts';
import type { Noise } from '../noise/noise.ts';
import {
  changeOf,
  FEWEST_TIMES,
  isNotSlower,
  isSlower,
  type Change,
  type PValues,
} from './change.ts';
import { isNotSlowerByItself, isSlowerByItself } from './remainder.ts';

type ImpactJudgement = Comparison['judged'];

export interface ImpactContext {
  readonly start: EventOf<'run-started'>;
  readonly services: Services;
  readonly windows: Windows;
  readonly noise: Noise;
}

/** A comparison before it is judged together with the others. */
interface UnjudgedComparison {
  readonly figures: Omit<Comparison, 'p' | 'pSlowest' | 'judged'>;
  readonly change: Change | null;
}

/**
 * Whether requests took longer while services were swapped, probe by probe. All requests are
 * compared with the run's baseline. Requests served by the base are compared with the base's
 * baseline. Requests served by the target are compared with the target's normal operation, when
 * everything is swapped. So a target that is inherently faster or slower cannot mask a slowdown of
 * the roll. The controls are compared in the same way: if the machine was slower or faster than in
 * the reference, nothing is concluded about the subject.
 */
export function readImpact(
  events: readonly RunEvent[],
  context: ImpactContext,
): readonly Comparison[] {
  const streams = Map.groupBy(
    timesOf(events, context.noise),
    ({ probe, connection }) => `${probe} ${connection}`,
  );
  const compared = [...streams]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, stream]) => compareStream(stream, context));
  const own = compared.filter(({ figures }) => !figures.control);
  const controls = compared.filter(({ figures }) => figures.control);
  const counting = pValuesAmong(own);
  return [
    ...own.map((one) => toldWith(one, counting.get(one) ?? null, controls)),
    // For a control without correction, because it makes no claim.
    ...controls.map((one) => toldWith(one, one.change, [])),
  ];
}

/** The p-values, corrected for all comparisons (Holm). */
function pValuesAmong(
  compared: readonly UnjudgedComparison[],
): ReadonlyMap<UnjudgedComparison, PValues> {
  const raw = compared.flatMap(({ change }) =>
    change === null ? [] : [change.all, change.slowest],
  );
  const adjusted = holm(raw);
  const enough = compared.filter(({ change }) => change !== null);
  return new Map(
    enough.map((one, index) => [
      one,
      { all: adjusted[2 * index] ?? 1, slowest: adjusted[2 * index + 1] ?? 1 },
    ]),
  );
}

function toldWith(
  one: UnjudgedComparison,
  p: PValues | null,
  controls: readonly UnjudgedComparison[],
): Comparison {
  return {
    ...one.figures,
    p: p?.all ?? null,
    pSlowest: p?.slowest ?? null,
    judged: one.figures.control
      ? judgeAlone(one.change, p)
      : judgeAgainstControls(one.change, p, besides(one, controls)),
  };
}

/** How the controls changed from the reference of a comparison. */
function besides(
  { figures }: UnjudgedComparison,
  controls: readonly UnjudgedComparison[],
): readonly Change[] {
  return controls.flatMap((control) =>
    control.change === null || control.figures.reference !== figures.reference
      ? []
      : [control.change],
  );
}

/**
 * The served requests of probes, in the order of their sends; without requests that the machine
 * delayed, and without unscheduled ones.
 */
function timesOf(events: readonly RunEvent[], noise: Noise): readonly RequestEvent[] {
  return events
    .filter((event) => event.type === 'request')
    .filter(({ outcome, probe }) => outcome === 'served' && !UNSCHEDULED_PROBES.includes(probe))
    .filter(({ sentAt, at }) => !wasNoisy(noise, { from: sentAt, to: at }))
    .sort((a, b) => a.sentAt - b.sentAt);
}

/** A comparison: the requests of a probe while services were swapped, and a reference. */
const PAIRS = [
  { side: 'all', reference: 'baseline' },
  { side: 'base', reference: 'baseline' },
  { side: 'target', reference: 'after' },
] as const;
/** No version answers a control. */
const CONTROL_PAIRS = [
  { side: 'all', reference: 'baseline' },
  { side: 'all', reference: 'after' },
] as const;

function compareStream(
  stream: readonly RequestEvent[],
  context: ImpactContext,
): readonly UnjudgedComparison[] {
  const [first] = stream;
  if (first === undefined) return [];
  const { start, services, windows } = context;
  const { probe, connection, control = false } = first;
  const sent = (window: keyof Windows, side: Comparison['side']): readonly number[] =>
    stream
      .filter(({ sentAt }) => covers(windows[window], sentAt))
      .filter(({ server, at }) => side === 'all' || services.at(server, at)?.side === side)
      .map(({ sentAt, at }) => at - sentAt);
  return (control ? CONTROL_PAIRS : PAIRS).map(({ side, reference }) => {
    const times = sent('upgrade', side);
    const others = sent(reference, side);
    const draw = `${probe} ${connection} ${side} ${reference}`;
    const change = changeOf(times, others, seededRandom(start.seed, draw));
    const version = side === 'all' ? 'all' : services.labels[side];
    return {
      figures: {
        probe,
        connection,
        side,
        version,
        reference,
        control,
        ...figuresOf(times, others, change),
      },
      change,
    };
  });
}

function figuresOf(times: readonly number[], others: readonly number[], change: Change | null) {
  const [sorted, sortedOthers] = [times, others].map((some) => some.toSorted((a, b) => a - b));
  const quantile = (values: readonly number[] | undefined, share: number): number | null =>
    values === undefined || values.length === 0 ? null : quantileOf(values, share);
  return {
    n: times.length,
    nReference: others.length,
    missing: {
      n: Math.max(0, FEWEST_TIMES - times.length),
      nReference: Math.max(0, FEWEST_TIMES - others.length),
    },
    p50Ms: quantile(sorted, 0.5),
    p50ReferenceMs: quantile(sortedOthers, 0.5),
    p95Ms: quantile(sorted, 0.95),
    p95ReferenceMs: quantile(sortedOthers, 0.95),
    p50Ratio: change?.p50.ratio ?? null,
    p95Ratio: change?.p95.ratio ?? null,
  };
}

/**
 * A slowdown is due to the subject as far as the controls do not share it. If the controls were
 * slower in the reference, an apparent absence of a slowdown is corrected in the same way. The
 * remainder decides. Without a comparable control the result is unknown.
 *
 * @param p The p-values, corrected for all comparisons.
 * @param controls How the controls changed from the same reference.
 * @see remainderOf
 */
export function judgeAgainstControls(
  change: Change | null,
  p: PValues | null,
  controls: readonly Change[],
): ImpactJudgement {
  const alone = judgeAlone(change, p);
  if (alone !== 'slower' && alone !== 'not-slower') return alone;
  if (change === null || p === null || controls.length === 0) return 'noise';
  const byItself =
    alone === 'slower'
      ? isSlowerByItself(change, p, controls)
      : isNotSlowerByItself(change, controls);
  return byItself ? alone : 'noise';
}

function judgeAlone(change: Change | null, p: PValues | null): ImpactJudgement {
  if (change === null || p === null) return 'too-few';
  if (isSlower(change, p)) return 'slower';
  return isNotSlower(change) ? 'not-slower' : 'unsure';
}
