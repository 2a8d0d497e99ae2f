import { counted, number } from '../../../text/counted.ts';
import { trendOf } from '../../../verdict/many-runs/trend.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import { seriesInWords } from '../../upgrade-in-words.ts';
import type { Page } from '../document.ts';
import { h, type Child, type Markup } from '../markup.ts';
import { table } from '../page/table.ts';
import { whatOf } from '../page/why.ts';
import { FILTER_KEYS, type Filter, filterValues } from './filter.ts';
import { runPath } from './links.ts';
import type { ListedRun, RunProgress } from './listed-run.ts';
import { servedPage } from './served-page.ts';
import { trendSection } from './trend.ts';

export interface Overview {
  /** The folder that is served, for the heading. */
  readonly folder: string;
  /** All runs; those that the filter lets through. Newest first. */
  readonly all: readonly ListedRun[];
  readonly shown: readonly ListedRun[];
  readonly filter: Filter;
}

/**
 * All runs of a folder with their verdicts, a filter, and the combined result of the shown ones.
 */
export function overviewPage({ folder, all, shown, filter }: Overview): Page {
  const ended = shown.flatMap(({ content }) =>
    content.kind === 'run' && content.progress === 'ended' ? [content.verdict] : [],
  );
  return servedPage(
    'Runs',
    h(
      'header',
      { class: 'top' },
      h('h1', {}, 'Runs'),
      h('p', { class: 'run' }, h('code', {}, folder)),
      h(
        'nav',
        { 'aria-label': 'Sections' },
        h('a', { href: '#runs' }, 'Runs'),
        h('a', { href: '#trend' }, 'Trend'),
      ),
    ),
    h(
      'main',
      {},
      h(
        'section',
        { id: 'runs', 'aria-label': 'Runs' },
        all.length === 0
          ? h('p', {}, 'This folder holds no run yet. Reload the page when one has begun.')
          : [readingLine(all), filterForm(all, filter), listOf(all, shown)],
      ),
      trendSection(trendOf(ended)),
    ),
  );
}

/** While runs are still being read: how many are. */
function readingLine(all: readonly ListedRun[]): Markup | null {
  const unread = all.filter(({ content }) => content.kind === 'unread').length;
  if (unread === 0) return null;
  const read = `${number(all.length - unread)} of ${counted(all.length, 'run')} are read`;
  return h(
    'p',
    { class: 'reading' },
    `${read}, the newest first. This page reloads until all are.`,
  );
}

const TITLES = {
  outcome: 'Outcome',
  upgrade: 'Upgrade',
  choreography: 'Choreography',
} as const satisfies Record<(typeof FILTER_KEYS)[number], string>;

function filterForm(all: readonly ListedRun[], filter: Filter): Markup {
  return h(
    'form',
    { method: 'get', action: '/', class: 'filter' },
    h(
      'label',
      {},
      'Text ',
      h('input', {
        type: 'search',
        name: 'text',
        value: filter.text,
        placeholder: 'name, cause, node …',
      }),
    ),
    ...FILTER_KEYS.map((key) =>
      h(
        'label',
        {},
        `${TITLES[key]} `,
        h(
          'select',
          { name: key },
          h('option', { value: '' }, 'all'),
          ...filterValues(all, key).map((value) =>
            h('option', { value, selected: value === filter[key] }, value),
          ),
        ),
      ),
    ),
    h('button', { type: 'submit' }, 'Filter'),
    h('a', { href: '/' }, 'Show all'),
  );
}

function listOf(all: readonly ListedRun[], shown: readonly ListedRun[]): Markup {
  const count =
    shown.length === all.length
      ? counted(all.length, 'run')
      : `${number(shown.length)} of ${counted(all.length, 'run')}`;
  return h(
    'form',
    { method: 'get', action: '/compare' },
    table(
      `${count}, the newest first. Tick two to compare them.`,
      [
        { title: 'Run' },
        { title: '' },
        { title: 'Outcome' },
        { title: 'Upgrade' },
        { title: 'Requests lost', numeric: true },
        { title: 'Stuck, failed, lost', numeric: true },
        { title: 'First cause' },
        { title: 'Took', numeric: true },
        { title: 'Started' },
      ],
      shown.map(rowOf),
    ),
    h('p', { class: 'actions' }, h('button', { type: 'submit' }, 'Compare the two ticked runs')),
  );
}

function rowOf({ id, content }: ListedRun): readonly Child[] {
  if (content.kind === 'unread') {
    return [id, null, badge('under-way', 'being read'), null, null, null, null, null, null];
  }
  if (content.kind === 'unreadable') {
    return [id, null, badge('unreadable', 'unreadable'), null, null, null, content.why, null, null];
  }
  const { verdict, startedAt, progress } = content;
  const { api, stacks, causes, durationSeconds, noun } = verdict;
  const [first] = causes;
  return [
    h('a', { href: runPath(id), 'data-run': id }, id),
    h('input', { type: 'checkbox', name: 'run', value: id, 'aria-label': `Compare ${id}` }),
    progressBadge(progress, verdict),
    [
      h('div', { class: 'whole' }, seriesInWords(verdict)),
      h('div', { class: 'more' }, `${verdict.choreography} on ${verdict.topology}`),
    ],
    `${number(api.failed)} of ${number(api.requests)}`,
    `${number(stacks.stuck)}, ${number(stacks.failed)}, ${number(stacks.lost)} of ${counted(stacks.accepted, noun)}`,
    first === undefined ? '–' : [whatOf(first, noun), h('div', { class: 'more' }, first.title)],
    `${durationSeconds.toFixed(0)} s`,
    h(
      'time',
      { class: 'whole', datetime: startedAt },
      `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    ),
  ];
}

/** The outcome of a finished run, otherwise its state. */
export function progressBadge(
  progress: RunProgress,
  { outcome }: Pick<Verdict, 'outcome'>,
): Markup {
  switch (progress) {
    case 'ended':
      return badge(outcome, outcome);
    case 'under-way':
      return badge('under-way', '● under way');
    case 'held':
      return badge('under-way', '⏸ held still');
    case 'broken-off':
      return badge('error', 'broken off');
    default:
      return progress satisfies never;
  }
}

function badge(kind: string, text: string): Markup {
  return h('span', { class: `badge outcome-${kind}`, 'data-outcome': kind }, text);
}
