import { number } from '../../../text/counted.ts';
import { seconds as at } from '../../../text/seconds.ts';
import { sideBySide, type SideBySide } from '../../../verdict/many-runs/side-by-side.ts';
import { unitInWords } from '../../../verdict/schema/noun.ts';
import type { Cause, Status, Verdict } from '../../../verdict/schema/verdict.ts';
import type { Page } from '../document.ts';
import { h, type Child, type Markup } from '../markup.ts';
import { table } from '../page/table.ts';
import { percent, placeOf, stepOf } from '../page/text.ts';
import { MARKS } from '../page/why.ts';
import { runPath } from './links.ts';
import type { RunProgress } from './listed-run.ts';
import { progressBadge } from './overview.ts';
import { servedPage, wayTo } from './served-page.ts';

export interface ComparedRun {
  readonly id: string;
  readonly verdict: Verdict;
  readonly progress: RunProgress;
}

/** Two runs side by side, with the losses of only one of them. */
export function comparePage(first: ComparedRun, second: ComparedRun): Page {
  const compared = sideBySide(first.verdict, second.verdict);
  const runs = [first, second] as const;
  return servedPage(
    'Two runs',
    wayTo('Two runs'),
    h(
      'header',
      { class: 'top' },
      h('h1', {}, 'Two runs side by side'),
      h(
        'p',
        { class: 'run' },
        'What only one of two runs lost may be chance. Many runs of each, and ',
        h('code', {}, 'rollgate trend --against'),
        ', show whether it is not.',
      ),
    ),
    h(
      'main',
      {},
      setups(compared, runs),
      causes(compared, runs),
      lost(compared, runs),
      tags(compared, runs),
    ),
  );
}

type Runs = readonly [ComparedRun, ComparedRun];

const columnsOf = (what: string, runs: Runs, numeric: boolean) => [
  { title: what },
  ...runs.map(({ id }) => ({ title: id, numeric })),
];

function setups({ setups }: SideBySide, runs: Runs): Markup {
  const row = (what: string, cell: (run: ComparedRun) => Child): readonly Child[] => [
    what,
    ...runs.map(cell),
  ];
  return h(
    'section',
    { id: 'setups', 'aria-labelledby': 'setups-title' },
    h('h2', { id: 'setups-title' }, 'Both runs'),
    table(
      setups.length === 0
        ? 'Both were asked for the same upgrade.'
        : 'What was asked differently comes last.',
      columnsOf('', runs, false),
      [
        row('report', ({ id }) => h('a', { href: runPath(id) }, 'open')),
        row('outcome', ({ progress, verdict }) => progressBadge(progress, verdict)),
        row(
          'requests lost',
          ({ verdict: { api } }) =>
            `${number(api.failed)} of ${number(api.requests)}, ${percent(api.availability)} served`,
        ),
        row(
          'longest disruption',
          ({ verdict: { api } }) =>
            `${Math.max(0, ...api.disruptions.filter(({ noise }) => !noise).map(({ seconds }) => seconds)).toFixed(1)} s`,
        ),
        row(
          'stuck, failed, lost',
          ({ verdict: { stacks } }) =>
            `${number(stacks.stuck)}, ${number(stacks.failed)}, ${number(stacks.lost)} of ${number(stacks.accepted)}`,
        ),
        row('took', ({ verdict }) => `${verdict.durationSeconds.toFixed(0)} s`),
        ...setups.map(([what, one, other]) => [what, one, other]),
      ],
    ),
  );
}

function causes({ causes }: SideBySide, runs: Runs): Markup {
  const groups = [
    [`Only in ${runs[0].id}`, causes.filter(({ second }) => second === null)],
    [`Only in ${runs[1].id}`, causes.filter(({ first }) => first === null)],
    ['In both', causes.filter(({ first, second }) => first !== null && second !== null)],
  ] as const;
  return h(
    'section',
    { id: 'causes', 'aria-labelledby': 'causes-title' },
    h('h2', { id: 'causes-title' }, 'Causes'),
    ...(causes.length === 0 ? [h('p', {}, 'Neither run has one.')] : []),
    ...groups.map(([title, own], index) =>
      causes.length === 0
        ? null
        : h(
            'div',
            { 'data-group': index },
            own.length === 0
              ? h('p', { class: 'none' }, h('strong', {}, title), ': none')
              : table(
                  title,
                  columnsOf('Cause', runs, false),
                  own.map((one) => causeRow(one, runs)),
                ),
          ),
    ),
  );
}

function causeRow(
  { first, second }: SideBySide['causes'][number],
  [one, other]: Runs,
): readonly Child[] {
  const title = (first ?? second)?.title ?? '';
  return [title, causeCell(first, one), causeCell(second, other)];
}

function causeCell(cause: Cause | null, { id, verdict }: ComparedRun): Child {
  if (cause === null) return '–';
  return [
    h(
      'a',
      { href: `${runPath(id)}#cause-${cause.id}` },
      `${number(cause.count)} ${unitInWords(cause, verdict.noun)}`,
    ),
    h(
      'div',
      { class: 'more' },
      [`from ${at(cause.firstAt)}`, placeOf(cause), stepOf(verdict, cause.step)]
        .filter((part) => part !== null)
        .join(' · '),
    ),
  ];
}

function lost({ lost }: SideBySide, runs: Runs): Markup {
  return h(
    'section',
    { id: 'lost', 'aria-labelledby': 'lost-title' },
    h('h2', { id: 'lost-title' }, 'Lost requests'),
    lost.length === 0
      ? h('p', {}, 'Neither run lost one.')
      : table(
          'By probe, kind of connection and request',
          columnsOf('Request', runs, true),
          lost.map(({ probe, connection, operation, first, second }) => [
            `${probe}, ${connection}: ${operation}`,
            number(first),
            number(second),
          ]),
        ),
  );
}

function tags({ tags }: SideBySide, runs: Runs): Markup {
  return h(
    'section',
    { id: 'tags', 'aria-labelledby': 'tags-title' },
    h('h2', { id: 'tags-title' }, 'Tags'),
    table(
      'Below a tag: its clauses that are not the same in both runs',
      columnsOf('Tag', runs, false),
      tags.flatMap(({ name, first, second, clauses }) => [
        [name, status(first), status(second)],
        ...clauses.map((clause) => [
          h('span', { class: 'clause-of' }, clause.title),
          status(clause.first),
          status(clause.second),
        ]),
      ]),
    ),
  );
}

function status(value: Status | null): Child {
  if (value === null) return 'not judged';
  return h(
    'span',
    { class: `status-${value}` },
    h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[value]),
    ` ${value.replace('-', ' ')}`,
  );
}
