import { chart, controls, draw, show, view, zoom } from './chart.js';
import { hideCrossHair } from './cross-hair.js';
import './pointer.js';
import { openStory } from './story.js';
import { around } from './window.js';

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
  if (from !== undefined) show(around({ from, to: interval?.[1] ?? from + 4000 }, view.whole));
  // A link to collapsed content expands it.
  const href = event.target.closest('a')?.getAttribute('href');
  if (href?.startsWith('#')) unfold(document.getElementById(href.slice(1)));
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
  view.onPaper = true;
  folded = [...document.querySelectorAll('details')].filter(({ open }) => !open);
  for (const details of folded) details.open = true;
  draw();
});
addEventListener('afterprint', () => {
  view.onPaper = false;
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
