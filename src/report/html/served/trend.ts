import type { TrendRow } from '../../../verdict/trend.ts';
import { causeCells, trendCells } from '../../terminal/trend.ts';
import { h, type Markup } from '../markup.ts';
import { table } from '../page/table.ts';

/** What many runs show together, as `rollgate trend` prints it. */
export function trendSection(rows: readonly TrendRow[]): Markup {
  return h(
    'section',
    { id: 'trend', 'aria-labelledby': 'trend-title' },
    h('h2', { id: 'trend-title' }, 'Trend'),
    ...(rows.length === 0 ? [h('p', {}, 'None of these runs has ended.')] : tablesOf(rows)),
  );
}

function tablesOf(rows: readonly TrendRow[]): readonly Markup[] {
  const causes = causeCells(rows);
  return [
    cellTable(
      '“k of n (a–b %)”: in k of n runs, with a 95 % interval of the rate (Clopper and Pearson). Other figures: median (least–most).',
      trendCells(rows),
    ),
    ...(causes.length > 1
      ? [cellTable('In how many runs each kind of cause was seen', causes)]
      : []),
  ];
}

/** A table of which the first row holds the titles. */
export function cellTable(caption: string, cells: readonly (readonly string[])[]): Markup {
  const [titles = [], ...rows] = cells;
  return table(
    caption,
    titles.map((title) => ({ title: title.charAt(0) + title.slice(1).toLowerCase() })),
    rows,
  );
}
