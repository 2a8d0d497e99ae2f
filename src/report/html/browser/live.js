import { takeTimeline } from './chart.js';
import { htmlElement, one } from './dom.js';

/**
 * A page is fetched again after at least this time, and after a multiple of the time of the last
 * fetch. The serving machine also runs and measures a lab.
 */
const LEAST_PAUSE_MS = 1000;
const PAUSE_SHARE = 9;

const news = one(document, '.news');
const state = one(document, '.live-state');
const main = one(document, 'main');

let grown = false;
let busy = false;

function refreshSoon() {
  grown = true;
  if (!busy && !document.hidden) void refresh();
}

async function refresh() {
  busy = true;
  grown = false;
  const began = performance.now();
  try {
    const answer = await fetch(location.pathname);
    if (answer.ok) takePage(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    state.textContent = 'The server does not answer.';
  }
  const took = performance.now() - began;
  setTimeout(
    () => {
      busy = false;
      if (grown) refreshSoon();
    },
    Math.max(LEAST_PAUSE_MS, took * PAUSE_SHARE),
  );
}

/** @param {Document} page The same page, later. */
function takePage(page) {
  const open = new Set(foldsOf(document).flatMap(([key, fold]) => (fold.open ? [key] : [])));
  for (const [key, fold] of foldsOf(page)) fold.open = open.has(key);
  one(document, 'header.top').replaceWith(one(page, 'header.top'));
  document.title = page.title;
  const timeline = one(main, '#timeline');
  const others = [...main.children].filter((child) => child !== timeline);
  for (const child of others) child.remove();
  const sections = [...one(page, 'main').children];
  const at = sections.findIndex(({ id }) => id === 'timeline');
  timeline.before(...sections.slice(0, at));
  timeline.after(...sections.slice(at + 1));
  for (const figure of timeline.querySelectorAll('figure')) figure.remove();
  const foot = one(timeline, '.axis-foot');
  for (const figure of sections[at]?.querySelectorAll('figure') ?? []) foot.before(figure);
  takeTimeline(JSON.parse(one(page, '#timeline-data').textContent ?? ''));
}

/**
 * The collapsible parts of a page, each with a key that stays the same in later states of the page.
 *
 * @param {Document} page
 * @returns {[string, HTMLDetailsElement][]}
 */
function foldsOf(page) {
  /** @type {Map<string, HTMLDetailsElement>} */
  const folds = new Map();
  for (const fold of page.querySelectorAll('main details')) {
    if (!(fold instanceof HTMLDetailsElement)) continue;
    const owner = fold.closest('[id]')?.id ?? '';
    folds.set(folds.has(owner) ? `${owner} ${folds.size}` : owner, fold);
  }
  return [...folds];
}

const source = new EventSource('events');
// After a break the server begins with the run's first line again.
source.addEventListener('open', () => news.replaceChildren());
source.addEventListener('line', ({ data }) => {
  const atEnd = news.scrollTop + news.clientHeight >= news.scrollHeight - 4;
  news.append(htmlElement('div', 'news-line', JSON.parse(data)));
  if (atEnd) news.scrollTop = news.scrollHeight;
});
source.addEventListener('state', ({ data }) => {
  state.textContent = JSON.parse(data);
  refreshSoon();
});
source.addEventListener('end', () => {
  source.close();
  // The page of a finished run is different: it is complete.
  location.reload();
});
source.addEventListener('problem', ({ data }) => {
  source.close();
  state.textContent = JSON.parse(data);
});
source.addEventListener('error', () => {
  state.textContent = 'The connection to the server broke; trying again.';
});
document.addEventListener('visibilitychange', () => {
  if (grown) refreshSoon();
});
