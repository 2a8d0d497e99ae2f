import { TAGS, type TagName } from '../../scenario/tag.ts';
import type { ComparedChoreography } from '../../verdict/many-runs/compare.ts';
import { h, toHtml } from './markup.ts';
import { table as htmlTable } from './page/table.ts';
import { pageStyle } from './script.ts';

/** The compared upgrade, for headings. */
export interface ComparedUpgrade {
  readonly base: string;
  readonly target: string;
  readonly topology: string;
}

/** @param noun The users' objects, e.g. `stack`. */
function columns(noun: string): readonly string[] {
  return [
    'choreography',
    'deployer',
    'runs',
    'downtime',
    'requests lost',
    `${noun}s stuck`,
    'failed or lost',
    'roll takes',
    'highest tag',
  ];
}

/** The same cells for a terminal and for a page; the first row holds the titles. */
export function comparisonCells(
  rows: readonly ComparedChoreography[],
): readonly (readonly string[])[] {
  return [
    columns(rows[0]?.noun ?? 'object'),
    ...rows.map((row) => [
      row.choreography,
      row.deployer ?? '-',
      row.unfinished === 0 ? String(row.runs) : `${row.runs} (${row.unfinished} unfinished)`,
      `${row.downtimeSeconds} s`,
      `${row.requestsLost} of ${row.requests}`,
      `${row.stacksStuck} of ${row.stacksAccepted}`,
      String(row.stacksFailed + row.stacksLost),
      row.seconds === null ? '-' : `${row.seconds} s`,
      highestTag(row),
    ]),
  ];
}

/** The strongest tag that was proven in every run; `none`. */
function highestTag({ runs, tags }: ComparedChoreography): string {
  const all = (tag: TagName): boolean => runs > 0 && tags[tag].proven === runs;
  return TAGS.findLast(all)?.replace(/^supports-/, '') ?? 'none';
}

/** One HTML file that loads nothing. The same rows give the same bytes. */
export function renderComparison(
  rows: readonly ComparedChoreography[],
  { base, target, topology }: ComparedUpgrade,
): string {
  const title = `Choreographies compared: ${base} → ${target} on ${topology}`;
  const [titles = [], ...cells] = comparisonCells(rows);
  const body = h(
    'body',
    {},
    h(
      'main',
      {},
      h('h1', {}, title),
      htmlTable(
        'One row a choreography and deployer: the sum over its runs; the roll’s time is their mean',
        titles.map((name, index) => ({ title: name, numeric: index > 1 && index < 8 })),
        cells,
      ),
      htmlTable(
        'In how many of its runs each tag was proven · failed · not proven',
        [{ title: 'choreography' }, { title: 'deployer' }, ...TAGS.map((tag) => ({ title: tag }))],
        rows.map(({ choreography, deployer, tags }) => [
          choreography,
          deployer ?? '-',
          ...TAGS.map((tag) => {
            const { proven, failed, 'not-proven': open } = tags[tag];
            return `${proven} · ${failed} · ${open}`;
          }),
        ]),
      ),
    ),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${toHtml(h('title', {}, title))}
<style>${pageStyle()}</style>
</head>
${toHtml(body)}
</html>
`;
}
