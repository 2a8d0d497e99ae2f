/**
 * The part of the run that a drawing shows: from and to in milliseconds, and the place on the
 * screen in pixels. With a `gutter` the lanes' names are beside them, without one above.
 *
 * @typedef {object} Frame
 * @property {number} from
 * @property {number} to
 * @property {number} width
 * @property {number} gutter
 */

/** @typedef {import('../markup.ts').Markup} Markup */
/** @typedef {import('../timeline/timeline.ts').Timeline} Timeline */

/**
 * What a lane shows for an instant.
 *
 * @typedef {{ label: string, text: string, tone?: 'bad' | 'warn' }} Reading
 */

/** Pixels at the right end, so that the last tick's label has room. */
const RIGHT = 10;
/** Below this many pixels, names are above their lanes. */
const NARROW = 640;

/**
 * @param {number} width
 * @param {number} from
 * @param {number} to
 * @returns {Frame}
 */
export function frameOf(width, from, to) {
  return { from, to, width, gutter: width < NARROW ? 6 : 165 };
}

/** @param {Frame} frame */
export function isNarrow(frame) {
  return frame.width < NARROW;
}

/**
 * The position of an instant in pixels; instants outside the window are at its edges.
 *
 * @param {Frame} frame
 * @param {number} at
 */
export function xOf(frame, at) {
  const share = (at - frame.from) / (frame.to - frame.from);
  return round(frame.gutter + Math.min(1, Math.max(0, share)) * spanOf(frame));
}

/**
 * The instant at a place.
 *
 * @param {Frame} frame
 * @param {number} x
 */
export function instantAt(frame, x) {
  const share = Math.min(1, Math.max(0, (x - frame.gutter) / spanOf(frame)));
  return frame.from + share * (frame.to - frame.from);
}

/** @param {Frame} frame */
export function spanOf(frame) {
  return frame.width - frame.gutter - RIGHT;
}

/**
 * Whether an interval is visible, at least in part.
 *
 * @param {Frame} frame
 * @param {{ from: number, to: number }} interval
 */
export function isInside(frame, { from, to }) {
  return to >= frame.from && from <= frame.to;
}

/** Steps between ticks, in milliseconds. */
const TICKS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];

/**
 * Round instants within the window, far enough apart for their labels.
 *
 * @param {Frame} frame
 * @returns {number[]}
 */
export function ticksOf(frame) {
  const most = Math.max(2, Math.floor(spanOf(frame) / 70));
  const step =
    TICKS.find((size) => (frame.to - frame.from) / size <= most) ??
    3_600_000 * Math.ceil((frame.to - frame.from) / 3_600_000 / most);
  /** @type {number[]} */
  const ticks = [];
  for (let at = Math.ceil(frame.from / step) * step; at <= frame.to; at += step) ticks.push(at);
  return ticks;
}

/**
 * `61.5 s`; ticks have no tenths where they are whole.
 *
 * @param {number} milliseconds
 * @param {number} [digits]
 */
export function secondsText(milliseconds, digits = 1) {
  return `${(milliseconds / 1000).toFixed(digits)} s`;
}

/** @param {number} value */
export function round(value) {
  return Math.round(value * 10) / 10;
}

/**
 * An element as data.
 *
 * @param {string} tag
 * @param {import('../markup.ts').Attributes} attributes
 * @param {readonly (Markup | string)[]} [children]
 * @returns {Markup}
 */
export function el(tag, attributes, children = []) {
  return { tag, attributes, children };
}

/**
 * A text, cut to its available width (about six pixels per character); empty if the width is too
 * small.
 *
 * @param {string} text
 * @param {{ x: number, y: number, room?: number, class?: string, anchor?: 'start' | 'middle' | 'end' }} place
 * @returns {Markup[]}
 */
export function textIn(text, { x, y, room = Infinity, anchor = 'start', ...rest }) {
  const characters = Math.floor(room / 6.3);
  if (characters < Math.min(text.length, 2)) return [];
  const shown = text.length <= characters ? text : `${text.slice(0, Math.max(1, characters - 1))}…`;
  return [el('text', { x: round(x), y: round(y), 'text-anchor': anchor, ...rest }, [shown])];
}

/**
 * The name of a lane: in the gutter, or above the lane where there is none.
 *
 * @param {Frame} frame
 * @param {string} name
 * @param {number} y Middle of the lane, or of the line above it.
 */
export function nameOf(frame, name, y) {
  return isNarrow(frame)
    ? textIn(name, { x: frame.gutter, y: y + 4, class: 'lane-name' })
    : textIn(name, {
        x: frame.gutter - 8,
        y: y + 4,
        room: frame.gutter - 10,
        anchor: 'end',
        class: 'lane-name',
      });
}

/**
 * Height of the line for a lane's name above it.
 *
 * @param {Frame} frame
 */
export function headOf(frame) {
  return isNarrow(frame) ? 16 : 0;
}

/**
 * What a group draws, and how high that is.
 *
 * @typedef {{ height: number, marks: Markup[] }} Drawing
 */
