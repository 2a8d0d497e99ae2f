import { intervalOf, type Estimate, type QuantileChange } from '../../statistics/bootstrap.ts';
import {
  CONFIDENCE,
  isFaster,
  isNotSlower,
  MOST_RATIO,
  PERCEIVABLE_MS,
  slowerBy,
  type Change,
  type PValues,
} from './change.ts';

/**
 * A machine that slows a control down slows the subject down more. A control is one answer of one
 * process. A request of the subject passes through several processes, and all wait for a core. So a
 * control's ratio counts squared: a ratio of 1.1 divides the subject's by 1.21, a ratio of 2 by 4.
 */
const AMPLIFICATION = 2;

/**
 * The remainder of a subject's change after the machine's share, as a control shows it, is removed.
 */
export interface Remainder {
  readonly ratio: Estimate;
  /** In milliseconds. */
  readonly difference: Estimate;
}

/**
 * Divides a subject's change of one quantile by a control's of the same quantile, draw by draw. So
 * the interval includes the uncertainty of both.
 *
 * @param machine `slowed`: only a slowdown of the control counts. `quickened`: only a speed-up
 * counts, which shows a noisy reference.
 */
export function remainderOf(
  subject: QuantileChange,
  control: QuantileChange,
  machine: 'slowed' | 'quickened',
): Remainder {
  const share = (ratio: number): number =>
    (machine === 'slowed' ? Math.max(1, ratio) : Math.min(1, ratio)) ** AMPLIFICATION;
  const drawn = subject.draws.map(({ value, reference }, index) => {
    const other = control.draws[index];
    const expected = reference * share(other === undefined ? 1 : other.value / other.reference);
    return { ratio: value / expected, difference: value - expected };
  });
  const { value, reference } = subject.measured;
  const expected = reference * share(control.ratio.value);
  return {
    ratio: intervalOf(
      value / expected,
      drawn.map((one) => one.ratio),
      CONFIDENCE,
    ),
    difference: intervalOf(
      value - expected,
      drawn.map((one) => one.difference),
      CONFIDENCE,
    ),
  };
}

/**
 * Whether a slower subject is slower by itself. Each control's own change is removed from the
 * quantile by which the subject is slower. The interval of the remainder must be above no change,
 * and its estimate above what users notice.
 */
export function isSlowerByItself(
  subject: Change,
  p: PValues,
  controls: readonly Change[],
): boolean {
  return slowerBy(subject, p).some((name) =>
    controls.every((control) => {
      const { ratio, difference } = remainderOf(subject[name], control[name], 'slowed');
      return (
        ratio.low > 1 &&
        difference.low > 0 &&
        ratio.value > MOST_RATIO &&
        difference.value > PERCEIVABLE_MS
      );
    }),
  );
}

/**
 * Whether a subject that is not slower is still not slower if the reference was noisy: the certain
 * speed-up of each control is removed.
 */
export function isNotSlowerByItself(subject: Change, controls: readonly Change[]): boolean {
  return controls.filter(isFaster).every((control) =>
    isNotSlower({
      ...subject,
      p50: { ...subject.p50, ...remainderOf(subject.p50, control.p50, 'quickened') },
      p95: { ...subject.p95, ...remainderOf(subject.p95, control.p95, 'quickened') },
    }),
  );
}
