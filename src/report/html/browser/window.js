/** @typedef {{ from: number, to: number }} Interval */

/** The smallest window: half a second. */
const LEAST_MS = 500;

/**
 * An interval of at most that length inside another; it is moved rather than cut at the edges.
 *
 * @param {Interval} wanted
 * @param {Interval} whole
 * @returns {Interval}
 */
export function within(wanted, whole) {
  const length = Math.min(whole.to - whole.from, Math.max(LEAST_MS, wanted.to - wanted.from));
  const middle = (wanted.from + wanted.to) / 2;
  const from = Math.min(Math.max(whole.from, middle - length / 2), whole.to - length);
  return { from, to: from + length };
}

/**
 * Closer (a factor below 1) or farther, so that an instant stays where it is on the screen.
 *
 * @param {Interval} shown
 * @param {number} factor
 * @param {number} anchor
 * @param {Interval} whole
 */
export function scaled({ from, to }, factor, anchor, whole) {
  const length = Math.min(whole.to - whole.from, Math.max(LEAST_MS, (to - from) * factor));
  const before = ((anchor - from) / (to - from)) * length;
  return within({ from: anchor - before, to: anchor - before + length }, whole);
}

/**
 * Earlier or later, by a share of what is shown.
 *
 * @param {Interval} shown
 * @param {number} share
 * @param {Interval} whole
 */
export function moved({ from, to }, share, whole) {
  const by = (to - from) * share;
  return within({ from: from + by, to: to + by }, whole);
}

/**
 * An interval with the same length of context around it.
 *
 * @param {Interval} interval
 * @param {Interval} whole
 */
export function around({ from, to }, whole) {
  const margin = Math.max(2000, (to - from) * 2);
  return within({ from: from - margin, to: to + margin }, whole);
}
