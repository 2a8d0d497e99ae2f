import { join, resolve } from 'node:path';
import { RollgateError } from '../../../errors.ts';
import { makeFolder } from '../../../files/folder.ts';
import { replaceFile } from '../../../files/write.ts';
import { renderMatrixJunit, type NamedVerdict } from '../../../report/files/matrix-junit.ts';
import { RUN_FOLDER } from '../../../run-folder.ts';
import { preparePlan } from '../../../runs/prepare.ts';
import { TAGS } from '../../../scenario/tag.ts';
import { planningFor, type Planning } from '../../../subject/registry.ts';
import { exitStatusOfVerdict } from '../../../verdict/judge.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import type { CliContext } from '../../context.ts';
import { cellsOf, readMatrix, type Matrix, type MatrixUpgrade } from '../../matrix/read-matrix.ts';
import { outOption, pathArgument } from '../../options/out.ts';
import { chosenSubject } from '../../options/subject.ts';
import { table } from '../../table.ts';
import { worstExit } from '../run/run.ts';
import type { Program } from '../verb.ts';
import { runSeries, type PlannedRun } from './run-sequence.ts';
import { seriesFolder } from './series.ts';

interface PlannedCell extends PlannedRun {
  readonly pair: string;
  readonly name: string;
}

/** `rollgate matrix`: many upgrades, one table, one exit status. */
export function addMatrix(program: Program, context: CliContext): void {
  program
    .command('matrix')
    .description(
      'run every pair of releases with every choreography on every topology: one table, one status',
    )
    .argument(
      '<file>',
      'a YAML file: pairs, choreographies, topologies (docs/matrix.md)',
      pathArgument('<file>'),
    )
    .addOption(
      outOption(
        '--out <dir>',
        'folder of all runs; with the same folder an interrupted matrix goes on. Default: a new one below runs/',
      ),
    )
    .option('--plan', 'print the cells; start nothing')
    .option('--json', 'print the rows as JSON')
    .action(async (file, options) => {
      const cells = await planCells(await readMatrix(file), file);
      if (options.plan === true) {
        const lines = cells.map(({ pair, name }) => [pair, name]);
        context.stdout(options.json === true ? JSON.stringify(lines, null, 2) : table(lines));
        return;
      }
      const directory = resolve(options.out ?? seriesFolder('matrix'));
      const verdicts = await runSeries(cells, directory, context, async (some) => {
        const named = namedVerdicts(cells, some);
        await makeFolder(directory);
        const rows = JSON.stringify(named.map(matrixRow), null, 2);
        await replaceFile(join(directory, 'matrix.json'), `${rows}\n`);
        await replaceFile(join(directory, RUN_FOLDER.junit), renderMatrixJunit(named));
      });
      const rows = namedVerdicts(cells, verdicts).map(matrixRow);
      context.stdout(options.json === true ? JSON.stringify(rows, null, 2) : matrixTable(rows));
      context.stderr(`matrix.json, junit.xml and every run are in ${directory}`);
      context.exit(worstExit(verdicts.map(exitStatusOfVerdict)));
    });
}

/** All of them before the first begins, so that the last does not fail after hours. */
async function planCells(matrix: Matrix, file: string): Promise<readonly PlannedCell[]> {
  const planning = await planningFor(await chosenSubject(matrix, matrix.scenario));
  const planned: PlannedCell[] = [];
  for (const cell of cellsOf(matrix)) {
    for (let run = 0; run < matrix.runs; run += 1) {
      const prepared = await prepareCell({ file, scenario: matrix.scenario, run }, cell, planning);
      const { topology, seed } = prepared.plan;
      const name = `${cell.choreography} on ${topology.name}, seed ${seed}`;
      planned.push({
        prepared,
        pair: `${cell.from} → ${cell.to}`,
        name,
        folder: [cell.from, cell.to, cell.choreography, topology.name, `seed-${seed}`]
          .join('-')
          .replaceAll(/[^\w.-]+/g, '_'),
      });
    }
  }
  const folders = planned.map(({ folder }) => folder);
  const twice = folders.find((folder, index) => folders.indexOf(folder) !== index);
  if (twice === undefined) return planned;
  throw new RollgateError('invalid-matrix', `the matrix has ${twice} twice`, {
    kind: 'usage',
    hint: 'For several runs of each cell write runs: 2',
  });
}

async function prepareCell(
  {
    file,
    scenario,
    run,
  }: { readonly file: string; readonly scenario: string; readonly run: number },
  { from, to, choreography, topology }: MatrixUpgrade,
  planning: Planning,
) {
  const option = `${file}: the cell ${from} → ${to}, ${choreography}${topology === undefined ? '' : ` on ${topology}`}`;
  const value = (path: string, of: unknown) => ({ option, path: [path], value: of });
  const overrides = [
    value('base', from),
    value('target', to),
    value('choreography', choreography),
    ...(topology === undefined ? [] : [value('topology', topology)]),
  ];
  const request = { scenario, ...planning };
  const first = await preparePlan({ ...request, overrides });
  if (run === 0) return first;
  const seed = value('seed', first.plan.seed + run);
  return preparePlan({ ...request, overrides: [...overrides, seed] });
}

function namedVerdicts(
  cells: readonly PlannedCell[],
  verdicts: readonly Verdict[],
): readonly NamedVerdict[] {
  return verdicts.flatMap((verdict, index): readonly NamedVerdict[] => {
    const cell = cells[index];
    return cell === undefined ? [] : [{ pair: cell.pair, name: cell.name, verdict }];
  });
}

/** A row of the table, and of `--json`. */
export function matrixRow({ pair, name, verdict }: NamedVerdict) {
  const { api, stacks, tags, outcome, durationSeconds, causes } = verdict;
  return {
    pair,
    run: name,
    outcome,
    requests: api.requests,
    requestsLost: api.failed,
    stacksAccepted: stacks.accepted,
    stacksStuck: stacks.stuck,
    stacksLost: stacks.lost + stacks.failed,
    seconds: Math.round(durationSeconds),
    highestTag: TAGS.findLast((tag) => tags[tag].status === 'proven') ?? null,
    firstCause: causes[0]?.title ?? null,
  };
}

/** One line per run, and one with the counts. */
export function matrixTable(rows: readonly ReturnType<typeof matrixRow>[]): string {
  const passed = rows.filter(({ outcome }) => outcome === 'passed').length;
  return [
    table([
      ['UPGRADE', 'RUN', 'OUTCOME', 'REQUESTS LOST', 'STUCK', 'LOST', 'SECONDS', 'HIGHEST TAG'],
      ...rows.map((row) => [
        row.pair,
        row.run,
        row.outcome,
        `${row.requestsLost} of ${row.requests}`,
        `${row.stacksStuck} of ${row.stacksAccepted}`,
        String(row.stacksLost),
        String(row.seconds),
        row.highestTag ?? 'none',
      ]),
    ]),
    `${passed} of ${rows.length} passed`,
  ].join('\n');
}
