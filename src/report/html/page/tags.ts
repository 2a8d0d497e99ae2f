import { counted } from '../../../text/counted.ts';
import { thresholdInWords } from '../../../verdict/requirements/thresholds/check.ts';
import {
  TAGS,
  type Clause,
  type ThresholdResult,
  type Verdict,
} from '../../../verdict/schema/verdict.ts';
import { h, type Markup } from '../markup.ts';
import { MARKS } from './why.ts';

/** The tags, each with its clauses and their evidence. */
export function tags({ tags, require, thresholds, rules = [] }: Verdict): Markup {
  return h(
    'section',
    { id: 'tags', 'aria-labelledby': 'tags-title' },
    h('h2', { id: 'tags-title' }, 'Tags and their clauses'),
    ...TAGS.map((name) =>
      h(
        'article',
        { id: name, class: `tag status-${tags[name].status}` },
        h(
          'h3',
          {},
          h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[tags[name].status]),
          ` ${name} `,
          h(
            'span',
            { class: 'status' },
            `${tags[name].status.replace('-', ' ')}${require.includes(name) ? ', required' : ''}`,
          ),
        ),
        h('ul', {}, ...tags[name].clauses.map(clause)),
      ),
    ),
    thresholds.length === 0
      ? null
      : h(
          'article',
          { id: 'thresholds', class: 'tag' },
          h('h3', {}, 'Thresholds of the scenario'),
          h('ul', {}, ...thresholds.map(threshold)),
        ),
    rules.length === 0
      ? null
      : h(
          'article',
          { id: 'rules', class: 'tag' },
          h('h3', {}, 'Order rules of the scenario'),
          h(
            'ul',
            {},
            ...rules.map(({ name, rule, ...rest }) =>
              clause({ id: name, title: `${name}: ${rule}`, ...rest }),
            ),
          ),
        ),
  );
}

const THRESHOLD_STATUS = {
  passed: 'proven',
  failed: 'failed',
  'not-measured': 'not-proven',
} as const satisfies Record<ThresholdResult['status'], keyof typeof MARKS>;

function threshold(result: ThresholdResult): Markup {
  const status = THRESHOLD_STATUS[result.status];
  return h(
    'li',
    { class: `clause status-${status}`, 'data-threshold': result.metric },
    h(
      'div',
      {},
      h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[status]),
      h('span', { class: 'clause-title' }, thresholdInWords(result)),
      h('span', { class: 'status' }, result.status.replace('-', ' ')),
    ),
  );
}

function clause({ status, title, evidence, id }: Clause): Markup {
  const [first, ...more] = evidence;
  return h(
    'li',
    { class: `clause status-${status}`, 'data-clause': id },
    h(
      'div',
      {},
      h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[status]),
      h('span', { class: 'clause-title' }, title),
      h('span', { class: 'status' }, status.replace('-', ' ')),
    ),
    first === undefined ? null : h('p', {}, first),
    more.length === 0
      ? null
      : h(
          'details',
          {},
          h('summary', {}, `${counted(more.length, 'more line')} of evidence`),
          h('ul', {}, ...more.map((line) => h('li', {}, line))),
        ),
  );
}
