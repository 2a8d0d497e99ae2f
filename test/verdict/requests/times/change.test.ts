import test from 'ava';
import {
  changeOf,
  FEWEST_TIMES,
  isNotSlower,
  isSlower,
  type Change,
} from '../../../../src/verdict/requests/times/change.ts';
import {
  isNotSlowerByItself,
  isSlowerByItself,
  remainderOf,
} from '../../../../src/verdict/requests/times/remainder.ts';
import type { QuantileChange } from '../../../../src/verdict/statistics/bootstrap.ts';
import { seededRandom } from '../../../../src/verdict/statistics/random.ts';

/** A quantile of 100 ms that changed by a factor, known to a part of it. */
function quantile(factor: number, spread = 0.01): QuantileChange {
  const reference = 100;
  const value = reference * factor;
  const [low, high] = [factor * (1 - spread), factor * (1 + spread)];
  const draws = Array.from({ length: 100 }, (_, index) => {
    return { value: reference * (low + ((high - low) * index) / 99), reference };
  });
  return {
    ratio: { value: factor, low, high },
    difference: { value: value - 100, low: reference * low - 100, high: reference * high - 100 },
    measured: { value, reference },
    draws,
  };
}

function change(p50: QuantileChange, p95 = p50, p = 0): Change {
  return { all: p, slowest: p, p50, p95 };
}

const SURE = { all: 0.0001, slowest: 0.0001 };
const DOUBTFUL = { all: 0.5, slowest: 0.5 };

test('fewer than a hundred times on either side show nothing', (t) => {
  const times = (count: number): readonly number[] =>
    Array.from({ length: count }, (_, index) => 10 + (index % 7));
  const found = (own: number, other: number): boolean =>
    changeOf(times(own), times(other), seededRandom(1, 'x')) !== null;
  t.true(found(FEWEST_TIMES, FEWEST_TIMES));
  t.false(found(FEWEST_TIMES - 1, FEWEST_TIMES));
  t.false(found(FEWEST_TIMES, FEWEST_TIMES - 1));
});

test('“slower” requires both the whole interval and the ranks to show it', (t) => {
  t.true(isSlower(change(quantile(1.3)), SURE));
  t.false(isSlower(change(quantile(1.3)), DOUBTFUL), 'the ranks may be chance');
  t.false(isSlower(change(quantile(2, 0.45)), SURE), 'a part of the interval is below a fifth');
  const quick = { ...quantile(1.3), difference: { value: 3, low: 2, high: 4 } };
  t.false(isSlower(change(quick), SURE), 'a few milliseconds are not perceived');
});

test('the slowest times are compared by their own ranks, the median by the ranks of all', (t) => {
  const tail = change(quantile(1), quantile(3));
  t.true(isSlower(tail, { all: 0.5, slowest: 0.0001 }));
  t.false(isSlower(tail, { all: 0.0001, slowest: 0.5 }));
  const middle = change(quantile(3), quantile(1));
  t.true(isSlower(middle, { all: 0.0001, slowest: 0.5 }));
  t.false(isSlower(middle, { all: 0.5, slowest: 0.0001 }));
});

test('“not slower” requires the whole interval to show it, for the median and the slowest', (t) => {
  t.true(isNotSlower(change(quantile(1))));
  t.false(isNotSlower(change(quantile(1.15, 0.1))), 'it may be slower by more than a fifth');
  t.false(isNotSlower(change(quantile(1), quantile(1.15, 0.1))));
});

test('a control’s own slowdown counts squared', (t) => {
  const { ratio } = remainderOf(quantile(1.5), quantile(1.2), 'slowed');
  t.is(ratio.value.toFixed(3), (1.5 / 1.2 ** 2).toFixed(3));
  const faster = remainderOf(quantile(1.5), quantile(0.8), 'slowed');
  t.is(faster.ratio.value.toFixed(3), '1.500', 'what a control gained excuses nothing');
  const quickened = remainderOf(quantile(1), quantile(0.8), 'quickened');
  t.is(quickened.ratio.value.toFixed(3), (1 / 0.8 ** 2).toFixed(3));
});

test('“slower by itself” requires that no control explains it', (t) => {
  const subject = change(quantile(2));
  t.true(isSlowerByItself(subject, SURE, [change(quantile(1))]));
  t.false(isSlowerByItself(subject, SURE, [change(quantile(1.5))]));
  t.false(isSlowerByItself(subject, SURE, [change(quantile(1)), change(quantile(1.5))]));
});

test('the remaining slowdown must be noticeable to users and certain', (t) => {
  // 2 over 1.3 squared is 1.18: surely above nothing, and below a fifth.
  t.false(isSlowerByItself(change(quantile(2)), SURE, [change(quantile(1.3))]));
  // 1.25 by its estimate, and the control’s own interval reaches to twice as much.
  t.false(isSlowerByItself(change(quantile(1.25)), SURE, [change(quantile(1, 0.4))]));
});

test('a reference that the machine slowed down cannot show “not slower”', (t) => {
  const subject = change(quantile(1));
  const faster = change(quantile(0.5), quantile(0.5), 1);
  t.true(isNotSlowerByItself(subject, [change(quantile(1))]));
  t.false(isNotSlowerByItself(subject, [faster]));
  t.true(isNotSlowerByItself(subject, [change(quantile(0.5), quantile(0.5), 0.5)]), 'or chance');
});
