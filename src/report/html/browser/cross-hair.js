import { instantAt, secondsText, xOf } from '../drawing/frame.js';
import { readAll } from '../drawing/lanes.js';
import { htmlElement, one } from './dom.js';

const crossHair = one(document, '.chart .cross-hair');
const tooltip = one(document, '.tooltip');

export function hideCrossHair() {
  crossHair.hidden = true;
  tooltip.hidden = true;
}

/**
 * Shows an instant of the run, and what the chart's lanes say about it.
 *
 * @param {import('../timeline/timeline.ts').Timeline} timeline
 * @param {import('../drawing/frame.js').Frame} frame
 * @param {{ x: number, left: number, y: number }} place `x` within the chart; the chart's left edge
 *   and `y` within the window.
 */
export function showCrossHair(timeline, frame, { x, left, y }) {
  if (x < frame.gutter) {
    hideCrossHair();
    return;
  }
  const at = instantAt(frame, x);
  crossHair.hidden = false;
  crossHair.style.left = `${xOf(frame, at)}px`;
  tooltip.replaceChildren(
    htmlElement('div', 'tooltip-time', secondsText(at, 2)),
    ...readAll(timeline, at).flatMap(({ title, readings }) => [
      htmlElement('div', 'tooltip-group', title),
      ...readings.map(readingLine),
    ]),
  );
  tooltip.hidden = false;
  placeTooltip(left + x, y);
}

/** @param {ReturnType<typeof readAll>[number]['readings'][number]} reading */
function readingLine({ label, text, tone }) {
  const line = htmlElement('div', tone === undefined ? 'reading' : `reading reading-${tone}`);
  line.append(
    htmlElement('span', 'reading-label', label),
    htmlElement('span', 'reading-text', text),
  );
  return line;
}

/**
 * Right of a point, or left of it if there is no room.
 *
 * @param {number} x Within the window, like `y`.
 * @param {number} y
 */
function placeTooltip(x, y) {
  const { offsetWidth, offsetHeight } = tooltip;
  const left = x + 16 + offsetWidth > innerWidth ? x - 16 - offsetWidth : x + 16;
  tooltip.style.left = `${Math.max(4, left)}px`;
  tooltip.style.top = `${Math.max(4, Math.min(y - 40, innerHeight - offsetHeight - 4))}px`;
}
