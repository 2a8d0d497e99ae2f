import { chart, show, view } from './chart.js';
import { htmlElement, one } from './dom.js';
import { around } from './window.js';

const drawer = one(document, '.drawer');

/**
 * Opens the drawer with everything that the page has about a disruption.
 *
 * @param {string} number
 */
export function openStory(number) {
  const story = one(document, `#disruption-${number}`);
  const close = htmlElement('button', 'close', 'Close');
  close.addEventListener('click', closeStory);
  const zoomTo = htmlElement('button', '', 'Zoom to it');
  zoomTo.addEventListener('click', () =>
    show(
      around({ from: Number(story.dataset['from']), to: Number(story.dataset['to']) }, view.whole),
    ),
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

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !drawer.hidden) closeStory();
});
