import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { RollgateError } from '../../../errors.ts';
import { readRun } from '../../../events/codec.ts';
import { EXIT } from '../../../exit.ts';
import { withHome } from '../../../files/path.ts';
import { outputPlace, replaceFile } from '../../../files/write.ts';
import { renderTrend } from '../../../report/html/served/trend.ts';
import {
  budgetCells,
  causeCells,
  comparedCells,
  TREND_LEGEND,
  trendCells,
} from '../../../report/terminal/trend.ts';
import { RUN_FOLDER } from '../../../run-folder.ts';
import { judge } from '../../../verdict/judge.ts';
import { judgeBudgets } from '../../../verdict/many-runs/budget.ts';
import { summaryOf, type RunSummary } from '../../../verdict/many-runs/summary.ts';
import { compareTrends, trendOf } from '../../../verdict/many-runs/trend.ts';
import type { CliContext } from '../../context.ts';
import { budgetOption } from '../../options/budget.ts';
import { pathArgument } from '../../options/out.ts';
import { collect } from '../../options/scenario/source.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';

/** `rollgate trend`: the combined result of many runs. */
export function addTrend(program: Program, context: CliContext): void {
  program
    .command('trend')
    .description(
      'summarize many runs: rates with confidence intervals, by pair of releases and choreography',
    )
    .argument(
      '<dirs...>',
      'run folders, or folders that hold run folders',
      (path: string, before: readonly string[] | undefined): readonly string[] => [
        ...(before ?? []),
        pathArgument('<dirs...>')(path),
      ],
    )
    .addOption(
      new Option(
        '--against <dir>',
        'earlier runs; each rate is compared with theirs by Fisher’s exact test. May be repeated',
      ).argParser((path: string, before: readonly string[] | undefined) =>
        collect(pathArgument('--against')(path), before),
      ),
    )
    .addOption(budgetOption())
    .addOption(
      new Option('--html <file>', 'write the tables to one HTML file too').argParser(withHome),
    )
    .option('--json', 'print JSON: {rows, compared, budgets}')
    .action(async (directories, { against, budget, html, json }) => {
      const page = html === undefined ? undefined : await outputPlace(html);
      const verdicts = await verdictsIn(directories, context);
      const rows = trendOf(verdicts);
      const before = against === undefined ? [] : trendOf(await verdictsIn(against, context));
      const compared = compareTrends(before, rows);
      const budgets = judgeBudgets(verdicts, budget ?? []);
      if (page !== undefined) await replaceFile(page, renderTrend({ rows, compared, budgets }));
      if (budgets.some(({ judged }) => judged === 'exceeded')) {
        context.exit(EXIT.requirementFailed);
      }
      context.stdout(
        json === true
          ? JSON.stringify({ rows, compared, budgets }, null, 2)
          : tablesOf({ rows, compared: against === undefined ? undefined : compared, budgets }),
      );
      if (page !== undefined) context.stderr(`the tables are in ${page} too`);
    });
}

/** @param found.compared `undefined` if there are no earlier runs to compare with. */
function tablesOf({
  rows,
  compared,
  budgets,
}: {
  readonly rows: ReturnType<typeof trendOf>;
  readonly compared: ReturnType<typeof compareTrends> | undefined;
  readonly budgets: ReturnType<typeof judgeBudgets>;
}): string {
  const causes = causeCells(rows);
  const tables = [
    table(trendCells(rows)),
    ...(causes.length > 1 ? [table(causes)] : []),
    ...(budgets.length > 0 ? [table(budgetCells(budgets))] : []),
    ...(compared === undefined ? [] : [table(comparedCells(compared))]),
  ];
  return `${tables.join('\n\n')}\n\n${TREND_LEGEND}`;
}

/**
 * The summary of each run below these folders, in the order of their names. @throws RollgateError
 * `no-run`.
 */
async function verdictsIn(
  directories: readonly string[],
  context: CliContext,
): Promise<readonly RunSummary[]> {
  const folders = new Set<string>();
  for (const directory of directories) {
    const found = await runFolders(directory);
    for (const folder of found) folders.add(folder);
    if (found.length > 0) continue;
    throw new RollgateError('no-run', `${directory} holds no run`, {
      kind: 'usage',
      hint: 'Name a run folder, or a folder of run folders, such as runs.',
    });
  }
  const verdicts: RunSummary[] = [];
  for (const folder of folders) {
    context.signal.throwIfAborted();
    verdicts.push(summaryOf(judge(await readRun(folder))));
  }
  return verdicts;
}

async function runFolders(directory: string): Promise<readonly string[]> {
  const folder = resolve(directory);
  if (existsSync(join(folder, RUN_FOLDER.events))) return [folder];
  const found: string[] = [];
  for await (const file of glob(`**/${RUN_FOLDER.events}`, { cwd: folder })) {
    found.push(join(folder, dirname(file)));
  }
  return found.toSorted();
}
