import { el, isInside, secondsText, textIn, ticksOf, xOf } from './frame.js';
import { drawMachine, readMachine } from './machine.js';
import { drawPlan, readPlan } from './plan.js';
import { drawQueues, readQueues } from './queues.js';
import { drawRequests, readRequests } from './requests.js';
import { drawResponseTimes, readResponseTimes } from './response-times.js';
import { drawServices, readServices } from './services.js';
import { drawStacks, readStacks } from './stacks.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./frame.js').Markup} Markup */
/** @typedef {import('./frame.js').Timeline} Timeline */

/**
 * The groups of lanes from top to bottom, each drawn on the same axis.
 *
 * @type {readonly { id: string, title: string, draw: (timeline: Timeline, frame: Frame) => import('./frame.js').Drawing, read: (timeline: Timeline, at: number) => import('./frame.js').Reading[] }[]}
 */
export const GROUPS = [
  { id: 'plan', title: 'Plan', draw: drawPlan, read: readPlan },
  { id: 'services', title: 'Nodes and their services', draw: drawServices, read: readServices },
  { id: 'requests', title: 'Requests', draw: drawRequests, read: readRequests },
  {
    id: 'response-times',
    title: 'Response time',
    draw: drawResponseTimes,
    read: readResponseTimes,
  },
  { id: 'queues', title: 'Messages in queues', draw: drawQueues, read: readQueues },
  { id: 'stacks', title: 'Stacks', draw: drawStacks, read: readStacks },
  { id: 'machine', title: 'Machine and harness', draw: drawMachine, read: readMachine },
];

/**
 * The title of a group, with the noun of the run's subject.
 *
 * @param {Pick<(typeof GROUPS)[number], 'id' | 'title'>} group
 * @param {Pick<Timeline, 'noun'>} timeline
 */
export function titleOf(group, { noun }) {
  if (group.id !== 'stacks') return group.title;
  return `${noun.slice(0, 1).toUpperCase()}${noun.slice(1)}s`;
}

/**
 * A group of lanes as one SVG.
 *
 * @param {(typeof GROUPS)[number]} group
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @returns {Markup}
 */
export function drawGroup(group, timeline, frame) {
  const { height, marks } = group.draw(timeline, frame);
  return el(
    'svg',
    {
      viewBox: `0 0 ${frame.width} ${Math.max(1, Math.ceil(height))}`,
      class: 'lanes',
      role: 'group',
      'aria-label': titleOf(group, timeline),
      'data-group': group.id,
      'data-from': Math.round(frame.from),
      'data-to': Math.round(frame.to),
    },
    [...background(timeline, frame, height), ...marks],
  );
}

/**
 * The union of intervals, without overlaps, so that nothing is shaded twice.
 *
 * @param {readonly { from: number, to: number }[]} intervals
 */
function union(intervals) {
  /** @type {{ from: number, to: number }[]} */
  const covered = [];
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = covered.at(-1);
    if (last === undefined || from > last.to) covered.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return covered;
}

/**
 * The background of every group: the lines of the axis, noise, faults and disruptions.
 *
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @param {number} height
 */
function background(timeline, frame, height) {
  const shade = (
    /** @type {string} */ kind,
    /** @type {{ from: number, to: number }} */ { from, to },
  ) => {
    const x = xOf(frame, from);
    return el('rect', {
      x,
      y: 0,
      width: Math.max(1, xOf(frame, to) - x),
      height,
      class: `shade shade-${kind}`,
    });
  };
  const visible = (/** @type {{ from: number, to: number }} */ interval) =>
    isInside(frame, interval);
  return [
    ...ticksOf(frame).map((at) =>
      el('line', { x1: xOf(frame, at), x2: xOf(frame, at), y1: 0, y2: height, class: 'grid' }),
    ),
    ...union(timeline.noise.filter(visible)).map((interval) => shade('noise', interval)),
    ...timeline.faults.filter(visible).map((interval) => shade('fault', interval)),
    ...union(
      timeline.probes
        .flatMap(({ disruptions }) => disruptions)
        .filter((disruption) => !disruption.noise && visible(disruption)),
    ).map((interval) => shade('disruption', interval)),
  ];
}

/**
 * The axis: round times, and the names of faults and noise.
 *
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @returns {Markup}
 */
export function drawAxis(timeline, frame) {
  const ticks = ticksOf(frame);
  const digits = ticks.some((at) => at % 1000 !== 0) ? 1 : 0;
  return el(
    'svg',
    {
      viewBox: `0 0 ${frame.width} 24`,
      class: 'lanes axis',
      'aria-hidden': 'true',
      'data-from': Math.round(frame.from),
      'data-to': Math.round(frame.to),
    },
    [
      el('line', { x1: frame.gutter, x2: frame.width, y1: 23.5, y2: 23.5, class: 'axis-line' }),
      ...ticks.flatMap((at) => [
        el('line', { x1: xOf(frame, at), x2: xOf(frame, at), y1: 18, y2: 24, class: 'axis-line' }),
        ...textIn(secondsText(at, digits), {
          x: Math.min(frame.width - 16, Math.max(14, xOf(frame, at))),
          y: 14,
          anchor: 'middle',
          class: 'tick',
        }),
      ]),
    ],
  );
}

/**
 * What every lane shows for an instant, by group.
 *
 * @param {Timeline} timeline
 * @param {number} at
 */
export function readAll(timeline, at) {
  return GROUPS.map(({ id, title, read }) => ({ id, title, readings: read(timeline, at) })).filter(
    ({ readings }) => readings.length > 0,
  );
}

/**
 * The groups that have anything to show.
 *
 * @param {Timeline} timeline
 */
export function groupsOf(timeline) {
  const shown = new Set([
    'plan',
    ...(timeline.services.length > 0 ? ['services'] : []),
    ...(timeline.probes.length > 0 ? ['requests', 'response-times'] : []),
    ...(timeline.queues.length > 0 ? ['queues'] : []),
    ...(timeline.stacks.length > 0 ? ['stacks'] : []),
    ...([timeline.usage.busy, timeline.usage.harness, timeline.usage.control].some(
      (points) => points.length > 0,
    )
      ? ['machine']
      : []),
  ]);
  return GROUPS.filter(({ id }) => shown.has(id));
}
