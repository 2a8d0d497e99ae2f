import type { JudgedBudget } from '../../../verdict/many-runs/budget.ts';
import type { ComparedRate, TrendRow } from '../../../verdict/many-runs/trend.ts';
import {
  budgetCells,
  causeCells,
  comparedCells,
  TREND_LEGEND,
  trendCells,
} from '../../terminal/trend.ts';
import { renderPage } from '../document.ts';
import { h, type Markup } from '../markup.ts';
import { table } from '../page/table.ts';
import { servedStyle } from '../script.ts';

/** The combined result of many runs, as `rollgate trend` prints it. */
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
    cellTable(TREND_LEGEND, trendCells(rows)),
    ...(causes.length > 1
      ? [cellTable('In how many runs each kind of cause was seen', causes)]
      : []),
  ];
}

/** A table whose first row holds the titles. */
function cellTable(caption: string, cells: readonly (readonly string[])[]): Markup {
  const [titles = [], ...rows] = cells;
  return table(
    caption,
    titles.map((title) => ({ title: title.charAt(0) + title.slice(1).toLowerCase() })),
    rows,
  );
}

export interface Trend {
  readonly rows: readonly TrendRow[];
  /** Empty if there are no earlier runs. */
  readonly compared: readonly ComparedRate[];
  readonly budgets: readonly JudgedBudget[];
}

/** `rollgate trend` as one HTML file that loads nothing. The same figures give the same bytes. */
export function renderTrend({ rows, compared, budgets }: Trend): string {
  const page = renderPage({
    title: 'Trend · rollgate',
    style: servedStyle(),
    body: h(
      'body',
      { class: 'served' },
      h('header', { class: 'top' }, h('h1', {}, 'What many runs show')),
      h(
        'main',
        {},
        trendSection(rows),
        budgets.length === 0
          ? null
          : h('section', { id: 'budgets' }, cellTable('Budgets', budgetCells(budgets))),
        compared.length === 0
          ? null
          : h(
              'section',
              { id: 'compared' },
              cellTable('Compared with the runs of before', comparedCells(compared)),
            ),
      ),
    ),
    ownServer: false,
  });
  return page.html;
}
