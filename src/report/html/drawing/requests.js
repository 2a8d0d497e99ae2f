import { el, headOf, isInside, nameOf, round, secondsText, xOf } from './frame.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./frame.js').Timeline} Timeline */
/** @typedef {import('../timeline/traffic.ts').ProbeLane} Probe */

const PROBE_ROW = 24;

/**
 * A row for each stream of requests: how many were served, each lost one, and its disruptions.
 *
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @returns {import('./frame.js').Drawing}
 */
export function drawRequests(timeline, frame) {
  const high = PROBE_ROW + headOf(frame);
  return {
    height: timeline.probes.length * high + 2,
    marks: timeline.probes.flatMap((probe, index) => {
      const top = index * high;
      const bottom = top + high - 2;
      return [
        ...nameOf(
          frame,
          probe.control ? `${probe.name} (control)` : probe.name,
          headOf(frame) === 0 ? top + 13 : top + 7,
        ),
        el('line', { x1: frame.gutter, x2: frame.width, y1: bottom, y2: bottom, class: 'rule' }),
        servedBars(timeline, frame, probe, bottom),
        ...(probe.dropped.filter((at) => isInside(frame, { from: at, to: at })).length > 0
          ? [droppedTicks(frame, probe, bottom)]
          : []),
        ...probe.disruptions
          .filter((disruption) => isInside(frame, disruption))
          .map((disruption) => disruptionMark(frame, probe, disruption, bottom - PROBE_ROW + 4)),
        ...lostMarks(frame, probe, bottom - PROBE_ROW / 2),
      ];
    }),
  };
}

/**
 * All bars of a row as one path, the fullest bucket of the run as high as the row.
 *
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @param {Probe} probe
 * @param {number} bottom
 */
function servedBars({ bucketMs }, frame, { served }, bottom) {
  const most = Math.max(1, ...served);
  let d = '';
  for (const [index, count] of served.entries()) {
    const from = index * bucketMs;
    if (count === 0 || !isInside(frame, { from, to: from + bucketMs })) continue;
    const x = xOf(frame, from);
    const width = round(Math.max(0.6, xOf(frame, from + bucketMs) - x - 0.4));
    d += `M${x} ${bottom}v${round((-count / most) * (PROBE_ROW - 7))}h${width}V${bottom}z`;
  }
  return el('path', {
    d,
    class: 'served',
    'data-served': served.reduce((sum, one) => sum + one, 0),
  });
}

/**
 * @param {Frame} frame
 * @param {Probe} probe
 * @param {number} bottom
 */
function droppedTicks(frame, { dropped }, bottom) {
  const inside = dropped.filter((at) => isInside(frame, { from: at, to: at }));
  return el(
    'path',
    {
      d: inside.map((at) => `M${xOf(frame, at)} ${bottom - PROBE_ROW + 4}v5`).join(''),
      class: 'dropped',
    },
    [el('title', {}, ['arrivals that were not sent'])],
  );
}

/**
 * A link to its details, so that it works without a script and with the keyboard.
 *
 * @param {Frame} frame
 * @param {Probe} probe
 * @param {Probe['disruptions'][number]} disruption
 * @param {number} y
 */
function disruptionMark(frame, probe, { index, from, to, noise }, y) {
  const x = xOf(frame, from);
  const width = Math.max(5, xOf(frame, to) - x);
  const text = `Disruption ${index + 1}: ${probe.name}, ${secondsText(from)} to ${secondsText(to)}${noise ? ', noise of the machine' : ''}`;
  return el(
    'a',
    { href: `#disruption-${index + 1}`, 'aria-label': text, 'data-disruption': index + 1 },
    [
      el(
        'rect',
        {
          x,
          y,
          width,
          height: PROBE_ROW - 6,
          class: noise ? 'disruption disruption-noise' : 'disruption',
        },
        [el('title', {}, [text])],
      ),
    ],
  );
}

/**
 * Up to this many lost requests in a row, each has a mark; beyond that, those on the same pixel
 * share one.
 */
const MOST_MARKS = 250;

/**
 * @param {Frame} frame
 * @param {Probe} probe
 * @param {number} y
 */
function lostMarks(frame, probe, y) {
  const inside = probe.lost.filter(({ at }) => isInside(frame, { from: at, to: at }));
  const groups = Map.groupBy(inside, ({ at }) =>
    inside.length > MOST_MARKS ? Math.round(xOf(frame, at)) : xOf(frame, at),
  );
  return [...groups].flatMap(([x, lost]) => {
    const [first] = lost;
    if (first === undefined) return [];
    const { at, operation, cause } = first;
    const others = lost.length === 1 ? '' : ` and ${lost.length - 1} more`;
    return [
      el(
        'path',
        {
          d: `M${round(x - 3.5)} ${y - 3.5}l7 7m0 -7l-7 7`,
          class: 'lost',
          'data-lost': lost.length,
        },
        [el('title', {}, [`lost at ${secondsText(at)}: ${operation}, ${cause}${others}`])],
      ),
    ];
  });
}

/**
 * @param {Timeline} timeline
 * @param {number} at
 * @returns {import('./frame.js').Reading[]}
 */
export function readRequests({ probes, bucketMs }, at) {
  const bucket = Math.floor(at / bucketMs);
  const from = bucket * bucketMs;
  const inBucket = (/** @type {number} */ time) => time >= from && time < from + bucketMs;
  return probes.map((probe) => {
    const lost = probe.lost.filter((one) => inBucket(one.at)).length;
    const dropped = probe.dropped.filter(inBucket).length;
    const disrupted = probe.disruptions.find((one) => one.from <= at && at <= one.to);
    const text = [
      `${probe.served[bucket] ?? 0} served`,
      ...(lost > 0 ? [`${lost} lost`] : []),
      ...(dropped > 0 ? [`${dropped} not sent`] : []),
      ...(disrupted === undefined ? [] : [`in disruption ${disrupted.index + 1}`]),
    ].join(', ');
    /** @type {import('./frame.js').Reading} */
    const reading = { label: probe.control ? `${probe.name} (control)` : probe.name, text };
    return lost > 0 || disrupted !== undefined ? { ...reading, tone: 'bad' } : reading;
  });
}
