import { el, headOf, nameOf, round, textIn, xOf } from './frame.js';
import { millisecondsText } from './response-times.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./frame.js').Timeline} Timeline */
/** @typedef {import('../timeline/samples.ts').Sample} Sample */

const MACHINE_ROW = 24;

/**
 * Whether the machine was slow: CPU, how late the harness was, the times of controls.
 *
 * @param {Timeline} timeline
 */
function machineRows({ usage }) {
  const cores = (/** @type {number} */ value) => `${value.toFixed(2)} cores`;
  return [
    {
      name: `CPU, of ${usage.cores} cores`,
      short: 'CPU, whole machine',
      points: usage.busy,
      most: usage.cores,
      text: cores,
    },
    ...usage.containers.map(({ name, cpu }) => ({
      name: `CPU ${name}`,
      short: `CPU ${name}`,
      points: cpu,
      most: Math.max(0.5, ...cpu.map(([, value]) => value)),
      text: cores,
    })),
    {
      name: 'harness late',
      short: 'harness late',
      points: usage.harness,
      most: Math.max(50, ...usage.harness.map(([, value]) => value)),
      text: millisecondsText,
    },
    {
      name: 'control request',
      short: 'control request',
      points: usage.control,
      most: Math.max(50, ...usage.control.map(([, value]) => value)),
      text: millisecondsText,
    },
  ].filter(({ points }) => points.length > 0);
}

/**
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @returns {import('./frame.js').Drawing}
 */
export function drawMachine(timeline, frame) {
  const high = MACHINE_ROW + headOf(frame);
  const rows = machineRows(timeline);
  return {
    height: rows.length * high + 2,
    marks: rows.flatMap(({ name, points, most, text }, index) => {
      const top = index * high;
      const bottom = top + high - 2;
      const peak = points.reduce((highest, [, value]) => Math.max(highest, value), 0);
      return [
        ...nameOf(frame, name, headOf(frame) === 0 ? top + 13 : top + 7),
        el('line', { x1: frame.gutter, x2: frame.width, y1: bottom, y2: bottom, class: 'rule' }),
        el('path', {
          d: sampleBars(points, frame, bottom, (MACHINE_ROW - 5) / most),
          class: 'usage',
          'data-usage': name,
        }),
        ...textIn(`most: ${text(peak)}`, {
          x: frame.width - 4,
          y: bottom - MACHINE_ROW + 11,
          anchor: 'end',
          class: 'lane-name scale-text',
        }),
      ];
    }),
  };
}

/**
 * Each value as a bar from the previous sample.
 *
 * @param {readonly Sample[]} points
 * @param {Frame} frame
 * @param {number} bottom
 * @param {number} scale
 */
function sampleBars(points, frame, bottom, scale) {
  let d = '';
  for (const [index, [at, value]] of points.entries()) {
    const from = points[index - 1]?.[0] ?? at;
    if (value === 0 || at < frame.from || from > frame.to) continue;
    const x = xOf(frame, from);
    d += `M${x} ${bottom}v${round(-Math.max(0.5, value * scale))}H${Math.max(x + 0.6, xOf(frame, at))}V${bottom}z`;
  }
  return d;
}

/**
 * @param {Timeline} timeline
 * @param {number} at
 * @returns {import('./frame.js').Reading[]}
 */
export function readMachine(timeline, at) {
  const noise = timeline.noise.filter(({ from, to }) => from <= at && at <= to);
  const faults = timeline.faults.filter(({ from, to }) => from <= at && at <= to);
  return [
    ...machineRows(timeline).map(({ short, points, text }) => {
      const point = points.find(([time]) => time >= at);
      return { label: short, text: point === undefined ? '–' : text(point[1]) };
    }),
    ...noise.map(({ why }) => ({ label: 'noise', text: why, tone: /** @type {const} */ ('warn') })),
    ...faults.map(({ fault, on }) => ({
      label: 'fault',
      text: `${fault} on ${on}`,
      tone: /** @type {const} */ ('warn'),
    })),
  ];
}
