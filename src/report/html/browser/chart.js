import { frameOf, secondsText } from '../drawing/frame.js';
import { drawAxis, drawGroup, groupsOf } from '../drawing/lanes.js';
import { hideCrossHair } from './cross-hair.js';
import { one, toSvg } from './dom.js';
import { moved, scaled } from './window.js';

/** @typedef {import('./window.js').Interval} Interval */
/** @typedef {import('../timeline/timeline.ts').Timeline} Timeline */

/** For paper every drawing is as wide as the sheet and shows the whole run. */
const PAPER_WIDTH = 1000;

export const chart = one(document, '.chart');
export const controls = one(document, '.controls');

/** @type {Timeline} */
const firstTimeline = JSON.parse(one(document, '#timeline-data').textContent ?? '');

/** What the chart shows of the run. */
export const view = {
  timeline: firstTimeline,
  groups: groupsOf(firstTimeline),
  /** @type {Interval} */
  whole: { from: firstTimeline.from, to: firstTimeline.to },
  /** @type {Interval} */
  shown: { from: firstTimeline.from, to: firstTimeline.to },
  onPaper: false,
};

function showsAll() {
  return view.shown.from === view.whole.from && view.shown.to === view.whole.to;
}

export function currentFrame() {
  const width = view.onPaper ? PAPER_WIDTH : Math.max(300, Math.floor(chart.clientWidth));
  const { from, to } = view.onPaper ? view.whole : view.shown;
  return frameOf(width, from, to);
}

export function draw() {
  const frame = currentFrame();
  for (const holder of chart.querySelectorAll('.axis-holder')) {
    holder.replaceChildren(toSvg(drawAxis(view.timeline, frame)));
  }
  const focused = document.activeElement
    ?.closest('[data-disruption]')
    ?.getAttribute('data-disruption');
  for (const group of view.groups) {
    const figure = one(chart, `[data-figure="${group.id}"]`);
    figure.querySelector('svg.lanes')?.replaceWith(toSvg(drawGroup(group, view.timeline, frame)));
  }
  if (focused) {
    const again = chart.querySelector(`[data-disruption="${focused}"]`);
    if (again instanceof SVGElement) again.focus();
  }
  one(controls, '.window').textContent = showsAll()
    ? 'whole run'
    : `${secondsText(view.shown.from)} to ${secondsText(view.shown.to)}`;
  document.body.classList.toggle('zoomed', !showsAll());
}

/**
 * Draws a later state of the same run. A reader who has zoomed in stays where they are.
 *
 * @param {Timeline} next
 */
export function takeTimeline(next) {
  const wasWhole = showsAll();
  view.timeline = next;
  view.groups = groupsOf(next);
  view.whole = { from: next.from, to: next.to };
  if (wasWhole) view.shown = view.whole;
  draw();
}

let asked = false;
/** @param {Interval} next */
export function show(next) {
  view.shown = next;
  hideCrossHair();
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    draw();
  });
}

/** @param {string} how */
export function zoom(how) {
  const { shown, whole } = view;
  const middle = (shown.from + shown.to) / 2;
  if (how === 'in') show(scaled(shown, 0.5, middle, whole));
  else if (how === 'out') show(scaled(shown, 2, middle, whole));
  else if (how === 'left') show(moved(shown, -0.25, whole));
  else if (how === 'right') show(moved(shown, 0.25, whole));
  else show(whole);
}
