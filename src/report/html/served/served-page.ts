import { renderPage, type Page } from '../document.ts';
import { h, type Child } from '../markup.ts';
import { servedStyle } from '../script.ts';

/** A page of `rollgate serve` other than a report, without a script. */
export function servedPage(title: string, ...content: readonly Child[]): Page {
  return renderPage({
    title: `${title} · rollgate`,
    style: servedStyle(),
    body: h('body', { class: 'served' }, ...content),
    ownServer: true,
  });
}

/** A link back to the list, and the current page. */
export function wayTo(
  ...places: readonly (readonly [href: string, text: string] | string)[]
): Child {
  return h(
    'nav',
    { class: 'way', 'aria-label': 'Way' },
    h('a', { href: '/' }, 'All runs'),
    ...places.map((place) =>
      typeof place === 'string' ? h('span', {}, place) : h('a', { href: place[0] }, place[1]),
    ),
  );
}

/** The answer to a request that cannot be served. */
export function problemPage(title: string, message: string, hint?: string): Page {
  return servedPage(
    title,
    wayTo(),
    h(
      'main',
      { class: 'problem' },
      h('h1', {}, title),
      h('p', {}, message),
      hint === undefined ? null : h('p', { class: 'hint' }, hint),
    ),
  );
}
