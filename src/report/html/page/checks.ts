import { shortName } from '../../../verdict/reading/checks.ts';
import type { CheckVerdict, Verdict } from '../../../verdict/schema/verdict.ts';
import { h, type Markup } from '../markup.ts';
import { MARKS } from './why.ts';

/** The scenario's checks at its checkpoints, with the tests of each. */
export function checks({ checks }: Verdict): Markup | null {
  if (checks.length === 0) return null;
  return h(
    'section',
    { id: 'checks', 'aria-labelledby': 'checks-title' },
    h('h2', { id: 'checks-title' }, 'Checks'),
    h('article', { class: 'tag' }, h('ul', {}, ...checks.map(check))),
  );
}

const STATUS = {
  passed: 'proven',
  failed: 'failed',
  'not-done': 'not-proven',
} as const satisfies Record<CheckVerdict['status'], keyof typeof MARKS>;

function check({ step, name, status, required, detail, output, log, cases }: CheckVerdict): Markup {
  const failed = cases.filter((one) => one.status === 'failed');
  return h(
    'li',
    { class: `clause status-${STATUS[status]}`, 'data-check': step },
    h(
      'div',
      {},
      h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[STATUS[status]]),
      h('span', { class: 'clause-title' }, `${step} ${name}`),
      h(
        'span',
        { class: 'status' },
        `${status.replace('-', ' ')}${required ? '' : ', only warns'}`,
      ),
    ),
    h('p', {}, log === null ? detail : `${detail}; output in ${log}`),
    failed.length === 0 && output !== ''
      ? folded('The last lines of its output', h('pre', {}, output))
      : null,
    ...failed.map((one) => folded(shortName(one.name), h('pre', {}, `${one.name}\n${one.detail}`))),
    cases.length === 0
      ? null
      : folded(
          `All ${cases.length} tests`,
          h(
            'ul',
            {},
            ...cases.map((one) =>
              h('li', {}, `${one.status}, ${one.seconds.toFixed(1)} s: ${one.name}`),
            ),
          ),
        ),
  );
}

function folded(title: string, content: Markup): Markup {
  return h('details', {}, h('summary', {}, title), content);
}
