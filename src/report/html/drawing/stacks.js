import { el, headOf, isInside, nameOf, secondsText, textIn, xOf } from './frame.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./frame.js').Timeline} Timeline */
/** @typedef {import('../timeline/stacks.ts').StackLine} StackLine */

/**
 * The line height of a completed stack, depending on the number of stacks; other lines are higher.
 */
const LINES = [
  { most: 60, high: 6 },
  { most: 150, high: 4 },
  { most: Infinity, high: 2.4 },
];
const HARMED_LINE = 15;

/**
 * A line for each stack from its creation to its end, its operations as bars upon it.
 *
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @returns {import('./frame.js').Drawing}
 */
export function drawStacks({ stacks }, frame) {
  const high = LINES.find(({ most }) => stacks.length <= most)?.high ?? 3;
  /** @type {import('./frame.js').Markup[]} */
  const marks = [];
  let top = 2;
  for (const stack of stacks) {
    const harmed = isHarmed(stack);
    const head = harmed ? headOf(frame) : 0;
    const row = harmed ? HARMED_LINE : high;
    if (isInside(frame, stack)) marks.push(...stackLine(frame, stack, top + head, row));
    if (harmed) marks.push(...nameOf(frame, stack.name, head === 0 ? top + row / 2 : top + 7));
    top += head + row;
  }
  return { height: top + 2, marks };
}

/**
 * The outcome of some stacks is unknown because the run ended earlier: this does not count as harm.
 *
 * @param {StackLine} stack
 */
function isHarmed({ outcome }) {
  return outcome !== 'completed' && outcome !== 'unsettled';
}

/**
 * @param {Frame} frame
 * @param {StackLine} stack
 * @param {number} top
 * @param {number} row
 */
function stackLine(frame, stack, top, row) {
  const middle = top + row / 2;
  const harmed = isHarmed(stack);
  const bar = harmed ? 9 : row * 0.7;
  const last = stack.operations.findLast(({ outcome }) => outcome !== 'completed');
  const says = last === undefined ? '' : `${last.outcome} in ${last.action}`;
  const from = last === undefined ? 0 : (last.stalledAt ?? last.from);
  return [
    el('line', {
      x1: xOf(frame, stack.from),
      x2: xOf(frame, stack.to),
      y1: middle,
      y2: middle,
      class: 'life',
      'data-stack': stack.name,
      'data-outcome': stack.outcome,
    }),
    ...stack.operations
      .filter((operation) => isInside(frame, operation))
      .flatMap((operation) => operationBars(frame, stack.name, operation, middle - bar / 2, bar)),
    ...(harmed
      ? textIn(
          `${says}${last?.stalledAt == null ? '' : `, halted at ${secondsText(last.stalledAt)}`}`,
          {
            x: xOf(frame, from) + 6,
            y: middle + 4,
            room: xOf(frame, stack.to) - xOf(frame, from) - 8,
            class: 'harm-text',
          },
        )
      : []),
  ];
}

/**
 * One bar, or two if the operation halted: before the halt and after it.
 *
 * @param {Frame} frame
 * @param {string} name
 * @param {StackLine['operations'][number]} operation
 * @param {number} y
 * @param {number} height
 */
function operationBars(frame, name, { action, from, to, outcome, stalledAt, status }, y, height) {
  const halt = stalledAt === null ? to : Math.min(to, Math.max(from, stalledAt));
  const title = el('title', {}, [
    `${name}: ${action} ${outcome}, ${secondsText(from)} to ${secondsText(to)}. ${status}`,
  ]);
  const bar = (
    /** @type {number} */ start,
    /** @type {number} */ end,
    /** @type {string} */ kind,
  ) =>
    el(
      'rect',
      {
        x: xOf(frame, start),
        y: kind.startsWith('harm') ? y - 2 : y,
        width: Math.max(1, xOf(frame, end) - xOf(frame, start)),
        height: kind.startsWith('harm') ? height + 4 : height,
        class: `operation ${kind}`,
      },
      [title],
    );
  if (outcome === 'completed') return [bar(from, to, `operation-${action}`)];
  if (stalledAt === null) return [bar(from, to, `harm harm-${outcome}`)];
  return [bar(from, halt, `operation-${action}`), bar(halt, to, `harm harm-${outcome}`)];
}

/**
 * @param {Timeline} timeline
 * @param {number} at
 * @returns {import('./frame.js').Reading[]}
 */
export function readStacks({ noun, stacks }, at) {
  const alive = stacks.filter(({ from, to }) => from <= at && at <= to);
  const busy = alive.filter(({ operations }) =>
    operations.some(({ from, to }) => from <= at && at <= to),
  );
  const halted = stacks.filter(({ operations }) =>
    operations.some(({ stalledAt, to }) => stalledAt !== null && stalledAt <= at && at <= to),
  );
  /** @type {import('./frame.js').Reading} */
  const reading = {
    label: `${noun}s`,
    text: `${alive.length} there, ${busy.length} in an operation${
      halted.length === 0
        ? ''
        : `, ${halted.length} at a halt: ${halted
            .slice(0, 3)
            .map(({ name }) => name)
            .join(', ')}${halted.length > 3 ? ' …' : ''}`
    }`,
  };
  return [halted.length > 0 ? { ...reading, tone: 'bad' } : reading];
}
