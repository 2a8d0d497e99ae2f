/** A stretch of time in milliseconds since the start of the run; `from` is not after `to`. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

export function overlaps(one: Interval, other: Interval): boolean {
  return one.from <= other.to && other.from <= one.to;
}

/** How long two are at the same time, in milliseconds. */
export function overlap(one: Interval, other: Interval): number {
  return Math.max(0, Math.min(one.to, other.to) - Math.max(one.from, other.from));
}

/**
 * The same time as intervals in order that do not touch.
 *
 * @param gap Intervals that are not further apart than this (ms) are one.
 */
export function union(intervals: readonly Interval[], gap = 0): readonly Interval[] {
  const merged: { readonly from: number; to: number }[] = [];
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to + gap) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** How much time intervals take together, in milliseconds; where they overlap it counts once. */
export function lengthOf(intervals: readonly Interval[]): number {
  return union(intervals).reduce((sum, { from, to }) => sum + to - from, 0);
}

/**
 * How much of a stretch of time others cover, in milliseconds.
 *
 * @param intervals In order, none touching another, as `union` makes them.
 */
export function coverage(intervals: readonly Interval[], { from, to }: Interval): number {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((intervals[middle]?.to ?? Infinity) < from) low = middle + 1;
    else high = middle;
  }
  let covered = 0;
  for (let index = low; index < intervals.length; index += 1) {
    const one = intervals[index];
    if (one === undefined || one.from > to) break;
    covered += Math.min(one.to, to) - Math.max(one.from, from);
  }
  return covered;
}

/** Intervals without the time that others take. */
export function without(
  intervals: readonly Interval[],
  holes: readonly Interval[],
): readonly Interval[] {
  return union(holes).reduce<readonly Interval[]>(
    (left, hole) =>
      left.flatMap(({ from, to }) =>
        hole.to < from || hole.from > to
          ? [{ from, to }]
          : [
              { from, to: hole.from },
              { from: hole.to, to },
            ].filter((part) => part.from < part.to),
      ),
    intervals,
  );
}

export function covers(intervals: readonly Interval[], instant: number): boolean {
  return intervals.some(({ from, to }) => from <= instant && instant <= to);
}
