import { number } from '../../../../text/counted.ts';
import { seconds as at } from '../../../../text/seconds.ts';
import { revivalsInWords } from '../../../../verdict/reading/revivals.ts';
import { titled } from '../../../../verdict/schema/noun.ts';
import type { Verdict } from '../../../../verdict/schema/verdict.ts';
import { h, type Markup } from '../../markup.ts';
import type { StackLine } from '../../timeline/stacks.ts';
import { table } from '../table.ts';

const MOST_ROWS = 50;

/** The fate of the subject's objects, and who made and changed them. */
export function stacks(
  { stacks: counts, matrix, noun, revivals }: Verdict,
  lines: readonly StackLine[],
): Markup {
  const revived = revivalsInWords({ revivals, noun });
  return h(
    'section',
    { id: 'stacks', 'aria-labelledby': 'stacks-title' },
    h('h2', { id: 'stacks-title' }, titled(noun)),
    h(
      'p',
      {},
      `${number(counts.accepted)} accepted: ${number(counts.completed)} completed, ${number(counts.stuck)} stuck, ${number(counts.failed)} failed, ${number(counts.lost)} lost, ${number(counts.unsettled)} not known.`,
    ),
    revived === undefined ? null : h('p', {}, `${revived}.`),
    harmed(lines, noun),
    matrixOf(matrix, noun),
  );
}

function harmed(lines: readonly StackLine[], noun: string): Markup | null {
  const found = lines.filter(({ outcome }) => outcome !== 'completed');
  if (found.length === 0) return null;
  const rows = found
    .slice(0, MOST_ROWS)
    .flatMap(({ name, operations }) =>
      operations
        .filter(({ outcome }) => outcome !== 'completed')
        .map((one) => [
          name,
          one.action,
          one.outcome,
          at(one.from),
          one.stalledAt === null ? '–' : at(one.stalledAt),
          one.status,
        ]),
    );
  return table(
    `${titled(noun)} that did not come through`,
    [
      { title: noun },
      { title: 'operation' },
      { title: 'outcome' },
      { title: 'begun', numeric: true },
      { title: 'at a halt', numeric: true },
      { title: 'status' },
    ],
    rows,
  );
}

function matrixOf(matrix: Verdict['matrix'], noun: string): Markup | null {
  if (matrix.length === 0) return null;
  return table(
    `Operations on ${noun}s, by the version that made the ${noun} and the one that changed or deleted it`,
    [
      { title: 'made by' },
      { title: 'action' },
      { title: 'done by' },
      ...['accepted', 'completed', 'stuck', 'failed', 'lost'].map((title) => ({
        title,
        numeric: true,
      })),
    ],
    matrix.map((cell) => [
      cell.madeBy,
      cell.action,
      cell.changedBy,
      ...[cell.accepted, cell.completed, cell.stuck, cell.failed, cell.lost].map(figure),
    ]),
  );
}

function figure(value: number): string {
  return value === 0 ? '·' : number(value);
}
