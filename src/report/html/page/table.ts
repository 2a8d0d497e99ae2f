import { h, type Child, type Markup } from '../markup.ts';

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

/** A table that scrolls if the window is narrower. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Child[])[],
): Markup {
  const kind = (index: number): string | null =>
    columns[index]?.numeric === true ? 'numeric' : null;
  return h(
    'div',
    { class: 'table', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...columns.map(({ title }, index) =>
            h('th', { scope: 'col', class: kind(index) }, title),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        ...rows.map((row) =>
          h(
            'tr',
            {},
            ...row.map((cell, index) =>
              h(
                index === 0 ? 'th' : 'td',
                index === 0 ? { scope: 'row' } : { class: kind(index) },
                cell,
              ),
            ),
          ),
        ),
      ),
    ),
  );
}
