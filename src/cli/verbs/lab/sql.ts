import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { isTerminal } from '../../../containers/streams/interact.ts';
import type { Table } from '../../../infra/mysql.ts';
import { counted } from '../../../text/counted.ts';
import { plain } from '../../../text/plain.ts';
import type { CliContext } from '../../context.ts';
import { formatError } from '../../errors.ts';
import { labNameOption } from '../../options/lab-name.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';
import { attached } from './attached.ts';

/** `rollgate sql`: the subject's database, for reading. */
export function addSql(program: Program, context: CliContext): void {
  program
    .command('sql')
    .description(
      'query a lab’s database as a user that may only read; without a query it prompts for one',
    )
    .argument(
      '[query...]',
      "e.g. 'SELECT name, action, status FROM stack'. Default: read from standard input",
    )
    .addOption(labNameOption('the lab; not needed if there is only one'))
    .option('--json', 'print JSON: an array with one object per row; every value is text')
    .action(async (words, { name, json }) => {
      const { database } = await attached(name, context);
      const ask = async (query: string): Promise<void> => {
        const answer = await database.table(query, context.signal);
        context.stdout(
          json === true ? JSON.stringify(objectsOf(answer), null, 2) : renderTable(answer, context),
        );
      };
      if (words.length > 0) await ask(words.join(' '));
      else if (isTerminal(context.streams)) await prompt(ask, context);
      else for (const query of statementsOf(await text(context.streams.stdin))) await ask(query);
    });
}

/** Reads statements to the end; a failed statement prints its error. */
async function prompt(ask: (query: string) => Promise<void>, context: CliContext): Promise<void> {
  const { stdin: input, stdout: output } = context.streams;
  const lines = createInterface({ input, output, terminal: true, prompt: 'sql> ' });
  context.stderr('read only; end a statement with ; and leave with Ctrl-D');
  // On a terminal readline handles Ctrl-C itself: as in other clients it clears the line.
  let begun = '';
  lines.on('SIGINT', () => {
    begun = '';
    output.write('\n');
    lines.setPrompt('sql> ');
    lines.prompt();
  });
  lines.prompt();
  for await (const line of lines) {
    if (begun === '' && /^\s*(exit|quit|\\q)\s*;?\s*$/i.test(line)) break;
    begun = `${begun}${line}\n`;
    if (begun.trim() === '' || line.trimEnd().endsWith(';')) {
      for (const query of statementsOf(begun)) {
        try {
          await ask(query);
        } catch (error) {
          context.stderr(formatError(error, { color: context.color, debug: false }));
        }
      }
      begun = '';
    }
    lines.setPrompt(begun === '' ? 'sql> ' : '  -> ');
    lines.prompt();
  }
  lines.close();
}

/** Statements end with a semicolon at the end of a line; it is optional after the last. */
export function statementsOf(script: string): readonly string[] {
  return script
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

function objectsOf({ columns, rows }: Table): readonly Readonly<Record<string, string | null>>[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
}

/** A table; if it is wider than the terminal, one value per line, like `\G` in other clients. */
export function renderTable(
  { columns, rows }: Table,
  { columns: width }: Pick<CliContext, 'columns'>,
): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? 'NULL' : plain(cell))));
  const count = counted(rows.length, 'row');
  if (rows.length === 0) return count;
  const whole = table([columns, ...cells]);
  if (whole.split('\n').every((line) => line.length <= width())) return `${whole}\n${count}`;
  const blocks = cells.map((row) =>
    table(
      columns.map((name, at) => [name, row[at] ?? '']),
      '  ',
    ),
  );
  return `${blocks.map((block, at) => `row ${at + 1}\n${block}`).join('\n')}\n${count}`;
}
