import { frameOf, instantAt, secondsText, xOf } from '../drawing/frame.js';
import { drawAxis, drawGroup, groupsOf, readAll } from '../drawing/lanes.js';
import { htmlElement, one, toSvg } from './dom.js';
import { around, moved, scaled, within } from './window.js';

/** @typedef {import('./window.js').Interval} Interval */

/** @type {import('../timeline/timeline.ts').Timeline} */
let timeline = JSON.parse(one(document, '#timeline-data').textContent ?? '');
let groups = groupsOf(timeline);
const chart = one(document, '.chart');
const tooltip = one(document, '.tooltip');
const crossHair = one(chart, '.cross-hair');
const selection = one(chart, '.selection');
const drawer = one(document, '.drawer');
const controls = one(document, '.controls');

/** @type {Interval} */
let whole = { from: timeline.from, to: timeline.to };
/** @type {Interval} */
let shown = whole;
/** For paper every drawing is as wide as the sheet and shows the whole run. */
let onPaper = false;
const PAPER_WIDTH = 1000;

function frame() {
  const width = onPaper ? PAPER_WIDTH : Math.max(300, Math.floor(chart.clientWidth));
  const { from, to } = onPaper ? whole : shown;
  return frameOf(width, from, to);
}

function draw() {
  const current = frame();
  for (const holder of chart.querySelectorAll('.axis-holder')) {
    holder.replaceChildren(toSvg(drawAxis(timeline, current)));
  }
  const focused = document.activeElement
    ?.closest('[data-disruption]')
    ?.getAttribute('data-disruption');
  for (const group of groups) {
    const figure = one(chart, `[data-figure="${group.id}"]`);
    figure.querySelector('svg.lanes')?.replaceWith(toSvg(drawGroup(group, timeline, current)));
  }
  if (focused) {
    const again = chart.querySelector(`[data-disruption="${focused}"]`);
    if (again instanceof SVGElement) again.focus();
  }
  const isWhole = shown.from === whole.from && shown.to === whole.to;
  one(controls, '.window').textContent = isWhole
    ? 'whole run'
    : `${secondsText(shown.from)} to ${secondsText(shown.to)}`;
  document.body.classList.toggle('zoomed', !isWhole);
}

/**
 * Draws a later state of the same run. A reader who has zoomed in stays where they are.
 *
 * @param {import('../timeline/timeline.ts').Timeline} next
 */
export function takeTimeline(next) {
  const isWhole = shown.from === whole.from && shown.to === whole.to;
  timeline = next;
  groups = groupsOf(timeline);
  whole = { from: timeline.from, to: timeline.to };
  if (isWhole) shown = whole;
  draw();
}

let asked = false;
/** @param {Interval} next */
function show(next) {
  shown = next;
  hideCrossHair();
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    draw();
  });
}

/** @param {string} how */
function zoom(how) {
  const middle = (shown.from + shown.to) / 2;
  if (how === 'in') show(scaled(shown, 0.5, middle, whole));
  else if (how === 'out') show(scaled(shown, 2, middle, whole));
  else if (how === 'left') show(moved(shown, -0.25, whole));
  else if (how === 'right') show(moved(shown, 0.25, whole));
  else show(whole);
}

/** @param {{ clientX: number }} event */
function placeOf(event) {
  return event.clientX - chart.getBoundingClientRect().left;
}

function hideCrossHair() {
  crossHair.hidden = true;
  tooltip.hidden = true;
}

/**
 * @param {number} x Within the chart.
 * @param {number} y Within the window.
 */
function showCrossHair(x, y) {
  const current = frame();
  if (x < current.gutter) {
    hideCrossHair();
    return;
  }
  const at = instantAt(current, x);
  crossHair.hidden = false;
  crossHair.style.left = `${xOf(current, at)}px`;
  tooltip.replaceChildren(
    htmlElement('div', 'tooltip-time', secondsText(at, 2)),
    ...readAll(timeline, at).flatMap(({ title, readings }) => [
      htmlElement('div', 'tooltip-group', title),
      ...readings.map(({ label, text, tone }) => {
        const line = htmlElement('div', tone === undefined ? 'reading' : `reading reading-${tone}`);
        line.append(
          htmlElement('span', 'reading-label', label),
          htmlElement('span', 'reading-text', text),
        );
        return line;
      }),
    ]),
  );
  tooltip.hidden = false;
  const left = chart.getBoundingClientRect().left + x;
  const beside =
    left + 16 + tooltip.offsetWidth > innerWidth ? left - 16 - tooltip.offsetWidth : left + 16;
  tooltip.style.left = `${Math.max(4, beside)}px`;
  tooltip.style.top = `${Math.max(4, Math.min(y - 40, innerHeight - tooltip.offsetHeight - 4))}px`;
}

/** @type {Map<number, { x: number, y: number }>} */
const pointers = new Map();
/** @type {{ x: number, moved: boolean, shown: Interval, distance: number } | null} */
let gesture = null;

chart.addEventListener('pointerdown', (event) => {
  if (event.button !== 0) return;
  pointers.set(event.pointerId, { x: placeOf(event), y: event.clientY });
  const [first, second] = [...pointers.values()];
  if (first === undefined) return;
  gesture = {
    x: placeOf(event),
    moved: second !== undefined,
    shown,
    distance: second === undefined ? 0 : Math.abs(first.x - second.x),
  };
});

chart.addEventListener('pointermove', (event) => {
  const x = placeOf(event);
  if (pointers.has(event.pointerId)) pointers.set(event.pointerId, { x, y: event.clientY });
  if (gesture === null || pointers.size === 0) {
    showCrossHair(x, event.clientY);
    return;
  }
  const [first, second] = [...pointers.values()];
  if (first !== undefined && second !== undefined) pinch(first.x, second.x);
  else if (Math.abs(x - gesture.x) > 4 || gesture.moved) dragTo(event, x);
});

/**
 * @param {number} a
 * @param {number} b
 */
function pinch(a, b) {
  if (gesture === null || gesture.distance < 10) return;
  const factor = gesture.distance / Math.max(10, Math.abs(a - b));
  const before = { ...frame(), ...gesture.shown };
  show(scaled(gesture.shown, factor, instantAt(before, (a + b) / 2), whole));
}

/**
 * A mouse marks what to zoom to; a finger moves what is shown.
 *
 * @param {PointerEvent} event
 * @param {number} x
 */
function dragTo(event, x) {
  if (gesture === null) return;
  if (!gesture.moved) chart.setPointerCapture(event.pointerId);
  gesture.moved = true;
  if (event.pointerType === 'touch') {
    const before = { ...frame(), ...gesture.shown };
    const by = instantAt(before, gesture.x) - instantAt(before, x);
    show(within({ from: gesture.shown.from + by, to: gesture.shown.to + by }, whole));
    return;
  }
  hideCrossHair();
  selection.hidden = false;
  selection.style.left = `${Math.min(x, gesture.x)}px`;
  selection.style.width = `${Math.abs(x - gesture.x)}px`;
}

/** @param {PointerEvent} event */
function release(event) {
  pointers.delete(event.pointerId);
  const ended = gesture;
  if (pointers.size === 0) gesture = null;
  selection.hidden = true;
  if (ended === null || event.type === 'pointercancel') return;
  const x = placeOf(event);
  if (!ended.moved) {
    if (event.pointerType === 'touch') showCrossHair(x, event.clientY);
    return;
  }
  if (event.pointerType === 'touch') return;
  const current = frame();
  const [from, to] = [instantAt(current, ended.x), instantAt(current, x)].sort((a, b) => a - b);
  if (from !== undefined && to !== undefined) show(within({ from, to }, whole));
}
chart.addEventListener('pointerup', release);
chart.addEventListener('pointercancel', release);
chart.addEventListener('pointerleave', () => {
  if (gesture === null) hideCrossHair();
});

// Otherwise a drag that begins on a link would drag the link.
chart.addEventListener('dragstart', (event) => event.preventDefault());
chart.addEventListener('dblclick', () => show(whole));
chart.addEventListener(
  'wheel',
  (event) => {
    const sideways = event.shiftKey ? event.deltaY + event.deltaX : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      show(scaled(shown, Math.exp(event.deltaY / 300), instantAt(frame(), placeOf(event)), whole));
    } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      event.preventDefault();
      show(moved(shown, sideways / 800, whole));
    }
  },
  { passive: false },
);

/** @type {Readonly<Record<string, string>>} */
const KEYS = {
  '+': 'in',
  '=': 'in',
  '-': 'out',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  0: 'reset',
  Home: 'reset',
};
chart.addEventListener('keydown', (event) => {
  const how = KEYS[event.key];
  if (how === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  zoom(how);
});
controls.addEventListener('click', (event) => {
  const how = event.target instanceof Element ? event.target.getAttribute('data-zoom') : null;
  if (how !== null) zoom(how);
});

/** @param {string} number */
function openStory(number) {
  const story = one(document, `#disruption-${number}`);
  const close = htmlElement('button', 'close', 'Close');
  close.addEventListener('click', closeStory);
  const zoomTo = htmlElement('button', '', 'Zoom to it');
  zoomTo.addEventListener('click', () =>
    show(around({ from: Number(story.dataset['from']), to: Number(story.dataset['to']) }, whole)),
  );
  const heading = htmlElement('h2', '', `Disruption ${number}`);
  const head = htmlElement('div', 'drawer-head');
  head.append(heading, zoomTo, close);
  const text = htmlElement('div', 'drawer-body');
  for (const part of story.children) {
    const copy = part.cloneNode(true);
    if (part.tagName === 'SUMMARY') {
      text.append(htmlElement('p', 'story-title', part.textContent ?? ''));
    } else text.append(copy);
  }
  text.firstElementChild?.replaceChildren(
    ...[...one(story, 'summary').children].slice(1).map((span) => span.cloneNode(true)),
  );
  drawer.replaceChildren(head, text);
  drawer.dataset['open'] = number;
  drawer.hidden = false;
  drawer.focus({ preventScroll: true });
}

function closeStory() {
  const number = drawer.dataset['open'];
  drawer.hidden = true;
  const mark = chart.querySelector(`[data-disruption="${number}"]`);
  if (mark instanceof SVGElement) mark.focus({ preventScroll: true });
}

document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element)) return;
  const mark = event.target.closest('[data-disruption]');
  if (mark !== null) {
    event.preventDefault();
    openStory(mark.getAttribute('data-disruption') ?? '');
  }
  const pointer = event.target.closest('[data-show]');
  const interval = pointer?.getAttribute('data-show')?.split('-').map(Number);
  const [from] = interval ?? [];
  if (from !== undefined) show(around({ from, to: interval?.[1] ?? from + 4000 }, whole));
  // A link to collapsed content expands it.
  const href = event.target.closest('a')?.getAttribute('href');
  if (href?.startsWith('#')) unfold(document.getElementById(href.slice(1)));
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !drawer.hidden) closeStory();
});

/** @param {Element | null} element */
function unfold(element) {
  for (let at = element; at !== null; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
}

/** @type {HTMLDetailsElement[]} */
let folded = [];
addEventListener('beforeprint', () => {
  onPaper = true;
  folded = [...document.querySelectorAll('details')].filter(({ open }) => !open);
  for (const details of folded) details.open = true;
  draw();
});
addEventListener('afterprint', () => {
  onPaper = false;
  for (const details of folded) details.open = false;
  draw();
});

let width = chart.clientWidth;
new ResizeObserver(() => {
  if (chart.clientWidth === width) return;
  width = chart.clientWidth;
  hideCrossHair();
  draw();
}).observe(chart);

controls.hidden = false;
unfold(document.getElementById(location.hash.slice(1)));
draw();
document.body.classList.add('ready');
