import { TAGS, type Cause, type Status, type Verdict } from '../../../verdict/verdict.ts';
import { number } from '../../line.ts';
import { plain } from '../../plain.ts';
import { h, type Markup } from '../markup.ts';
import { at, countOf, percent, placeOf } from './text.ts';

/** On the first screen; the others are folded away below them. */
const MOST_CAUSES = 3;

export const MARKS = {
  proven: '✔',
  failed: '✘',
  'not-proven': '?',
} as const satisfies Record<Status, string>;

/** The first screen: what broke, when, where and why; beside it the figures and the tags. */
export function why(verdict: Verdict): Markup {
  const rest = verdict.causes.slice(MOST_CAUSES);
  return h(
    'section',
    { id: 'why', 'aria-labelledby': 'why-title', class: 'why' },
    h(
      'div',
      { class: 'causes' },
      h(
        'h2',
        { id: 'why-title' },
        verdict.causes.length === 0 ? 'Nothing broke' : 'What broke, when, where and why',
      ),
      ...(verdict.causes.length === 0 ? [h('p', {}, reasonsOf(verdict))] : []),
      h('ol', {}, ...verdict.causes.slice(0, MOST_CAUSES).map(causeCard)),
      rest.length === 0
        ? null
        : h(
            'details',
            { class: 'more' },
            h(
              'summary',
              {},
              `${rest.length} more ${rest.length === 1 ? 'cause' : 'causes'}: ${rest.map(countOf).slice(0, 4).join(', ')}${rest.length > 4 ? ' …' : ''}`,
            ),
            h('ol', { start: MOST_CAUSES + 1 }, ...rest.map(causeCard)),
          ),
    ),
    h('div', { class: 'beside' }, figures(verdict), tagList(verdict)),
  );
}

function reasonsOf({ reasons }: Verdict): string {
  return reasons.length === 0 ? 'Everything that was required was proven.' : reasons.join(' ');
}

function causeCard(cause: Cause): Markup {
  const when = [
    `from ${at(cause.firstAt)}`,
    cause.step === null ? null : `in step ${cause.step} ${cause.stepName ?? ''}`.trim(),
  ].filter((part) => part !== null);
  const [first = null, ...rest] = cause.evidence;
  return h(
    'li',
    { class: `cause harm-${cause.harm}`, id: `cause-${cause.id}`, 'data-cause': cause.id },
    h(
      'h3',
      {},
      h('span', { class: 'count' }, countOf(cause)),
      ' ',
      cause.harm === 'log-only' ? '' : harmWord(cause),
      h('span', { class: 'title' }, cause.title),
    ),
    h(
      'dl',
      {},
      h('dt', {}, 'When'),
      h(
        'dd',
        {},
        h('a', { href: '#timeline', 'data-show': Math.round(cause.firstAt) }, when.join(', ')),
      ),
      h('dt', {}, 'Where'),
      h('dd', {}, placeOf(cause)),
      h('dt', {}, 'Why'),
      h('dd', {}, first ?? cause.title),
    ),
    h(
      'details',
      {},
      h('summary', {}, 'Evidence'),
      h('ul', {}, ...rest.map((line) => h('li', {}, line))),
      h('pre', {}, plain(cause.sample)),
    ),
  );
}

function harmWord({ harm }: Cause): string {
  const [, word = ''] = harm.split('-');
  return `${word}. `;
}

function figures({ api, stacks, causes }: Verdict): Markup {
  const longest = api.disruptions.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  const entries: readonly (readonly [string, string, boolean])[] = [
    ['Requests lost', `${number(api.failed)} of ${number(api.requests)}`, api.failed > 0],
    ['Served', percent(api.availability), api.failed > 0],
    [
      'Disruptions',
      api.disruptions.length === 0
        ? 'none'
        : `${number(api.disruptions.length)}, longest ${longest.toFixed(1)} s`,
      api.disruptions.length > 0,
    ],
    ['Stacks stuck', `${number(stacks.stuck)} of ${number(stacks.accepted)}`, stacks.stuck > 0],
    [
      'Stacks failed, lost',
      `${number(stacks.failed)}, ${number(stacks.lost)}`,
      stacks.failed + stacks.lost > 0,
    ],
    ['Causes', number(causes.length), causes.length > 0],
  ];
  return h(
    'dl',
    { class: 'figures' },
    ...entries.map(([name, value, bad]) =>
      h('div', { class: bad ? 'bad' : 'good' }, h('dt', {}, name), h('dd', {}, value)),
    ),
  );
}

function tagList({ tags, require }: Verdict): Markup {
  return h(
    'ul',
    { class: 'tag-list', 'aria-label': 'Tags' },
    ...TAGS.map((name) =>
      h(
        'li',
        { class: `status-${tags[name].status}` },
        h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[tags[name].status]),
        h('a', { href: `#${name}` }, name),
        h(
          'span',
          { class: 'status' },
          `${tags[name].status.replace('-', ' ')}${require.includes(name) ? ', required' : ''}`,
        ),
      ),
    ),
  );
}
