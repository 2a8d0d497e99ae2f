import { el, headOf, isInside, nameOf, round, textIn, xOf } from './frame.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./frame.js').Timeline} Timeline */

const TIMES_HEIGHT = 110;

/**
 * Median, 95th percentile and slowest of each bucket on a logarithmic scale.
 *
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @returns {import('./frame.js').Drawing}
 */
export function drawResponseTimes({ responseTimes, bucketMs }, frame) {
  const top = headOf(frame) + 6;
  const bottom = top + TIMES_HEIGHT;
  const [low, high] = decades(responseTimes);
  const yOf = (/** @type {number} */ time) =>
    round(
      bottom - (Math.max(0, Math.log10(Math.max(1, time)) - low) / (high - low)) * TIMES_HEIGHT,
    );
  /** @type {import('./frame.js').Markup[]} */
  const marks = [];
  /** @type {import('./frame.js').Markup[]} */
  const names = [];
  for (let power = Math.ceil(low); power <= high; power += 1) {
    const y = yOf(10 ** power);
    marks.push(el('line', { x1: frame.gutter, x2: frame.width, y1: y, y2: y, class: 'rule' }));
    names.push(
      ...(isWide(frame)
        ? nameOf(frame, millisecondsText(10 ** power), y)
        : textIn(millisecondsText(10 ** power), {
            x: frame.gutter + 2,
            y: y - 3,
            class: 'lane-name scale-text',
          })),
    );
  }
  marks.push(
    band(responseTimes.median, responseTimes.p95),
    el('path', { d: dots(responseTimes.slowest), class: 'slowest' }),
    el('path', { d: steps(responseTimes.p95), class: 'p95' }),
    el('path', { d: steps(responseTimes.median), class: 'median', 'data-line': 'median' }),
  );
  return { height: bottom + 6, marks: [...marks, ...names] };

  /** @param {readonly (number | null)[]} times */
  function steps(times) {
    let d = '';
    let open = false;
    for (const [index, time] of times.entries()) {
      const from = index * bucketMs;
      if (time === null || !isInside(frame, { from, to: from + bucketMs })) {
        open = false;
        continue;
      }
      d += `${open ? 'V' : `M${xOf(frame, from)} `}${yOf(time)}H${xOf(frame, from + bucketMs)}`;
      open = true;
    }
    return d;
  }

  /** @param {readonly (number | null)[]} times */
  function dots(times) {
    return times
      .map((time, index) => {
        const middle = (index + 0.5) * bucketMs;
        return time === null || !isInside(frame, { from: middle, to: middle })
          ? ''
          : `M${xOf(frame, middle)} ${yOf(time)}h0`;
      })
      .join('');
  }

  /**
   * @param {readonly (number | null)[]} below
   * @param {readonly (number | null)[]} above
   */
  function band(below, above) {
    let d = '';
    for (const [index, time] of below.entries()) {
      const from = index * bucketMs;
      const upper = above[index];
      if (time === null || upper == null || !isInside(frame, { from, to: from + bucketMs })) {
        continue;
      }
      d += `M${xOf(frame, from)} ${yOf(time)}V${yOf(upper)}H${xOf(frame, from + bucketMs)}V${yOf(time)}z`;
    }
    return el('path', { d, class: 'between' });
  }
}

/**
 * The range of all times in powers of ten, with a small margin; whole powers get a line.
 *
 * @param {Timeline['responseTimes']} times
 * @returns {[number, number]}
 */
function decades({ median, slowest }) {
  const known = (/** @type {readonly (number | null)[]} */ times) =>
    times.filter((time) => time !== null);
  const low = Math.log10(Math.max(1, Math.min(1000, ...known(median)) / 1.3));
  const high = Math.log10(Math.max(10, ...known(slowest)) * 1.3);
  return [Math.min(low, high - 1), high];
}

/** @param {Frame} frame */
function isWide(frame) {
  return headOf(frame) === 0;
}

/** @param {number} time */
export function millisecondsText(time) {
  return time >= 1000
    ? `${round(time / 1000)} s`
    : `${time >= 10 ? Math.round(time) : round(time)} ms`;
}

/**
 * @param {Timeline} timeline
 * @param {number} at
 * @returns {import('./frame.js').Reading[]}
 */
export function readResponseTimes({ responseTimes, bucketMs }, at) {
  const bucket = Math.floor(at / bucketMs);
  const [median, p95, slowest] = [
    responseTimes.median,
    responseTimes.p95,
    responseTimes.slowest,
  ].map((times) => times[bucket]);
  return [
    {
      label: 'response time',
      text:
        median == null || p95 == null || slowest == null
          ? 'nothing served'
          : `median ${millisecondsText(median)}, p95 ${millisecondsText(p95)}, slowest ${millisecondsText(slowest)}`,
    },
  ];
}
