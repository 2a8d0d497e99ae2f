import { el, headOf, isInside, nameOf, secondsText, textIn, xOf } from './frame.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./frame.js').Timeline} Timeline */

const PLAN_ROW = 22;

/**
 * Stages, steps, the time in which two versions ran side by side, faults, what was not observed, and
 * what a watched cloud's answers showed.
 *
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @returns {import('./frame.js').Drawing}
 */
export function drawPlan(timeline, frame) {
  const rows = [
    {
      name: 'stage',
      bars: timeline.stages.map((stage) => ({
        ...stage,
        text: stage.name,
        short: stage.name,
        kind: 'stage',
      })),
    },
    {
      name: 'step',
      bars: timeline.steps.map((step) => ({
        ...step,
        text: `${step.id} ${step.name}`,
        short: step.id,
        kind: step.status === 'done' ? 'step' : `step step-${step.status}`,
      })),
    },
    {
      name: 'mixed state',
      bars: timeline.mixed.map((interval) => ({
        ...interval,
        text: 'base and target side by side',
        short: 'mixed',
        kind: 'mixed',
      })),
    },
    {
      name: 'faults',
      bars: timeline.faults.map((fault) => ({
        ...fault,
        text: `${fault.fault} on ${fault.on}`,
        short: fault.fault,
        kind: 'fault',
      })),
    },
    {
      name: 'not observed',
      bars: timeline.unobserved.map((one) => ({
        ...one,
        text: one.why,
        short: 'not observed',
        kind: 'unobserved',
      })),
    },
    ...timeline.shown.map((one) => ({
      name: 'answers show',
      bars: [{ ...one, short: one.text, kind: 'shown' }],
    })),
  ].filter(({ bars }) => bars.length > 0);
  const high = PLAN_ROW + headOf(frame);
  return {
    height: rows.length * high,
    marks: rows.flatMap(({ name, bars }, index) => {
      const top = index * high;
      const y = top + headOf(frame) + 2;
      return [
        ...nameOf(frame, name, headOf(frame) === 0 ? y + 9 : top + 7),
        ...bars.filter((bar) => isInside(frame, bar)).flatMap((bar) => planBar(frame, bar, y)),
      ];
    }),
  };
}

/**
 * @param {Frame} frame
 * @param {{ from: number, to: number, text: string, short: string, kind: string }} bar
 * @param {number} y
 */
function planBar(frame, { from, to, text, short, kind }, y) {
  const x = xOf(frame, from);
  const width = Math.max(1.5, xOf(frame, to) - x);
  return [
    el(
      'rect',
      { x, y, width, height: PLAN_ROW - 4, class: `bar ${kind}`, rx: 2, 'data-bar': text },
      [el('title', {}, [`${text}: ${secondsText(from)} to ${secondsText(to)}`])],
    ),
    // A number says more than a few letters of a long name.
    ...textIn(width < 90 ? short : text, {
      x: x + 4,
      y: y + 13,
      room: width - 6,
      class: 'bar-text',
    }),
  ];
}

/**
 * @param {Timeline} timeline
 * @param {number} at
 * @returns {import('./frame.js').Reading[]}
 */
export function readPlan(timeline, at) {
  const steps = timeline.steps.filter(({ from, to }) => from <= at && at <= to);
  const mixed = timeline.mixed.some(({ from, to }) => from <= at && at <= to);
  return [
    {
      label: 'step',
      text: steps.map(({ id, name }) => `${id} ${name}`).join('; ') || 'between steps',
    },
    ...timeline.unobserved
      .filter(({ from, to }) => from <= at && at <= to)
      .map(({ why }) => ({
        label: 'not observed',
        text: why,
        tone: /** @type {const} */ ('warn'),
      })),
    ...timeline.shown
      .filter(({ from, to }) => from <= at && at <= to)
      .map(({ text }) => ({ label: 'answers show', text })),
    ...(mixed ? [{ label: 'state', text: 'mixed: base and target side by side' }] : []),
  ];
}
