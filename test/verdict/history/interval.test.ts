import test from 'ava';
import * as fc from 'fast-check';
import {
  coverage,
  covers,
  lengthOf,
  overlaps,
  union,
  without,
  type Interval,
} from '../../../src/verdict/history/interval.ts';

const interval = fc
  .tuple(fc.nat(100), fc.nat(20))
  .map(([from, length]): Interval => ({ from, to: from + length }));
const intervals = fc.array(interval, { maxLength: 12 });

test('a union is ordered, its intervals do not touch, and it covers the same instants', (t) => {
  fc.assert(
    fc.property(intervals, fc.nat(125), (some, instant) => {
      const merged = union(some);
      const apart = merged.every(
        ({ from, to }, index) => from <= to && from > (merged[index - 1]?.to ?? -1),
      );
      return apart && covers(merged, instant) === covers(some, instant);
    }),
  );
  t.pass();
});

test('intervals no further apart than the gap are merged', (t) => {
  const two = [
    { from: 0, to: 1 },
    { from: 3, to: 4 },
  ];
  t.deepEqual(union(two, 2), [{ from: 0, to: 4 }]);
  t.deepEqual(union(two, 1), two);
});

test('the covered and the uncovered parts make up the whole', (t) => {
  fc.assert(
    fc.property(interval, intervals, (whole, holes) => {
      const inside = coverage(union(holes), whole);
      const rest = lengthOf(without([whole], holes));
      return inside + rest === whole.to - whole.from;
    }),
  );
  t.pass();
});

test('two intervals overlap if one begins within the other', (t) => {
  fc.assert(
    fc.property(
      interval,
      interval,
      (a, b) =>
        overlaps(a, b) === (covers([a], b.from) || covers([b], a.from)) &&
        overlaps(a, b) === overlaps(b, a),
    ),
  );
  t.pass();
});
