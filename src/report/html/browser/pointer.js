import { instantAt } from '../drawing/frame.js';
import { chart, currentFrame, show, view } from './chart.js';
import { hideCrossHair, showCrossHair } from './cross-hair.js';
import { one } from './dom.js';
import { moved, scaled, within } from './window.js';

/** @typedef {import('./window.js').Interval} Interval */

const selection = one(chart, '.selection');

/** @param {{ clientX: number }} event */
function placeOf(event) {
  return event.clientX - chart.getBoundingClientRect().left;
}

/**
 * @param {number} x Within the chart.
 * @param {number} y Within the window.
 */
function pointAt(x, y) {
  const { left } = chart.getBoundingClientRect();
  showCrossHair(view.timeline, currentFrame(), { x, left, y });
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
    shown: view.shown,
    distance: second === undefined ? 0 : Math.abs(first.x - second.x),
  };
});

chart.addEventListener('pointermove', (event) => {
  const x = placeOf(event);
  if (pointers.has(event.pointerId)) pointers.set(event.pointerId, { x, y: event.clientY });
  if (gesture === null || pointers.size === 0) {
    pointAt(x, event.clientY);
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
  const before = { ...currentFrame(), ...gesture.shown };
  show(scaled(gesture.shown, factor, instantAt(before, (a + b) / 2), view.whole));
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
    const before = { ...currentFrame(), ...gesture.shown };
    const by = instantAt(before, gesture.x) - instantAt(before, x);
    show(within({ from: gesture.shown.from + by, to: gesture.shown.to + by }, view.whole));
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
    if (event.pointerType === 'touch') pointAt(x, event.clientY);
    return;
  }
  if (event.pointerType === 'touch') return;
  const current = currentFrame();
  const [from, to] = [instantAt(current, ended.x), instantAt(current, x)].sort((a, b) => a - b);
  if (from !== undefined && to !== undefined) show(within({ from, to }, view.whole));
}
chart.addEventListener('pointerup', release);
chart.addEventListener('pointercancel', release);
chart.addEventListener('pointerleave', () => {
  if (gesture === null) hideCrossHair();
});

// Otherwise a drag that begins on a link would drag the link.
chart.addEventListener('dragstart', (event) => event.preventDefault());
chart.addEventListener('dblclick', () => show(view.whole));
chart.addEventListener(
  'wheel',
  (event) => {
    const sideways = event.shiftKey ? event.deltaY + event.deltaX : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      show(
        scaled(
          view.shown,
          Math.exp(event.deltaY / 300),
          instantAt(currentFrame(), placeOf(event)),
          view.whole,
        ),
      );
    } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      event.preventDefault();
      show(moved(view.shown, sideways / 800, view.whole));
    }
  },
  { passive: false },
);
