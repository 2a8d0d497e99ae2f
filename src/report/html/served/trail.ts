import { counted, number } from '../../../text/counted.ts';
import { plain } from '../../../text/plain.ts';
import { timeOf, type TrailEntry } from '../../terminal/trail.ts';
import type { Page } from '../document.ts';
import { h, type Child } from '../markup.ts';
import { runPath } from './links.ts';
import { servedPage, wayTo } from './served-page.ts';

/** More lines than this would slow a browser down; the command line shows all. */
const MOST_ENTRIES = 5000;

/** Everything about one stack or one request of a run, in time order. */
export function trailPage(id: string, wanted: string, entries: readonly TrailEntry[]): Page {
  const shown = entries.slice(0, MOST_ENTRIES);
  return servedPage(
    wanted,
    wayTo([runPath(id), id], wanted),
    h(
      'header',
      { class: 'top' },
      h('h1', {}, plain(wanted)),
      h(
        'p',
        { class: 'run' },
        `${counted(entries.length, 'line')} in time order: requests, HAProxy, logs, messages, and the steps at that time.`,
        entries.length > shown.length
          ? ` The first ${number(shown.length)} are shown; rollgate follow prints all.`
          : null,
      ),
      followForm(id, wanted),
    ),
    h(
      'main',
      {},
      h(
        'div',
        { class: 'table trail', tabindex: '0', role: 'region', 'aria-label': 'Trail' },
        h(
          'table',
          {},
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              ...['When', 'Where', 'What'].map((title) => h('th', { scope: 'col' }, title)),
            ),
          ),
          h('tbody', {}, ...shown.map(row)),
        ),
      ),
    ),
  );
}

function row({ at, kind, by, text }: TrailEntry): Child {
  const isError = kind === 'log' && /^(?:ERROR|CRITICAL) /.test(text);
  return h(
    'tr',
    { class: `trail-${kind}${isError ? ' trail-error' : ''}`, 'data-kind': kind },
    h('td', { class: 'numeric' }, timeOf(at).trim()),
    h('td', {}, by),
    h('td', {}, plain(text)),
  );
}

/** Asks for a stack or a request to follow. */
export function followForm(id: string, wanted = ''): Child {
  return h(
    'form',
    { method: 'get', action: `${runPath(id)}follow`, class: 'follow' },
    h(
      'label',
      {},
      'Follow ',
      h('input', {
        type: 'search',
        name: 'what',
        value: wanted,
        required: true,
        placeholder: 'an object’s name or id, or req-…',
      }),
    ),
    h('button', { type: 'submit' }, 'Follow'),
  );
}
