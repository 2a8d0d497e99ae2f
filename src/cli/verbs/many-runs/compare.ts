import { join, resolve } from 'node:path';
import { RollgateError } from '../../../errors.ts';
import { makeFolder } from '../../../files/folder.ts';
import { replaceFile } from '../../../files/write.ts';
import { choreographyNamed } from '../../../plan/choreographies/registry.ts';
import type { Plan } from '../../../plan/plan.ts';
import { releaseLabel } from '../../../release/release.ts';
import { comparisonCells, renderComparison } from '../../../report/html/compare.ts';
import { preparePlan } from '../../../runs/prepare.ts';
import { NO_DEPLOYER } from '../../../scenario/deployer/choice.ts';
import { shortened } from '../../../text/shortened.ts';
import { compareChoreographies } from '../../../verdict/many-runs/compare.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import type { CliContext } from '../../context.ts';
import { countIn } from '../../options/count.ts';
import { notTaken, outOption } from '../../options/out.ts';
import {
  overridesOf,
  scenarioOptions,
  type ScenarioOptions,
} from '../../options/scenario/scenario.ts';
import { planningOf } from '../../options/subject.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';
import { runSeries, type PlannedRun } from './run-sequence.ts';
import { seriesFolder } from './series.ts';

/** `rollgate compare`: the same upgrade, rolled in several ways. */
export function addCompare(program: Program, context: CliContext): void {
  scenarioOptions(program.command('compare'))
    .description('roll the same upgrade in several ways, and compare downtime, losses and duration')
    .requiredOption(
      '--choreographies <names>',
      'the choreographies to compare, separated by commas',
    )
    .option(
      '--deployers <names>',
      'run each choreography with the settings of each of these deployers, separated by commas: names, or paths of profiles. Default: the choreography’s own deployer',
    )
    .option('--runs <n>', 'number of runs of each, with consecutive seeds', '1')
    .addOption(
      outOption(
        '--out <dir>',
        'folder of all runs; with the same folder an interrupted series goes on. Default: a new one below runs/',
      ),
    )
    .option('--json', 'print the rows as JSON')
    .action(async (scenario, options) => {
      const runs = countIn('--runs', options.runs);
      if (options.choreography !== undefined) throw notTaken('--choreography', '--choreographies');
      const names = namesIn('--choreographies', options.choreographies);
      checkOnce('--choreographies', names);
      const deployers =
        options.deployers === undefined
          ? [options.deployer]
          : namesIn('--deployers', options.deployers);
      checkOnce(
        '--deployers',
        options.deployers === undefined ? [] : namesIn('--deployers', options.deployers),
      );
      // All of them before the first begins, so that the last does not fail after an hour.
      const plans = await plansFor(scenario, options, { names, deployers, runs });
      const directory = resolve(options.out ?? seriesFolder('compare'));
      const verdicts = await runSeries(plans, directory, context, (some, { prepared }) =>
        write(directory, some, prepared.plan),
      );
      const rows = compareChoreographies(verdicts);
      context.stdout(
        options.json === true ? JSON.stringify(rows, null, 2) : table(comparisonCells(rows)),
      );
      context.stderr(`the table and every run are in ${directory}`);
    });
}

/** A second entry of a choreography would find the folder of the first, and count it again. */
function checkOnce(option: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new RollgateError('invalid-option', `${option}: ${shortened(twice)} appears twice`, {
    kind: 'usage',
    hint: 'For several runs of each, add: --runs 2',
  });
}

interface ComparedRolls {
  /** Of choreographies. */
  readonly names: readonly string[];
  /** `undefined`: the choreography's own. */
  readonly deployers: readonly (string | undefined)[];
  readonly runs: number;
}

function namesIn(option: string, list: string): readonly string[] {
  const names = list.split(',').map((name) => name.trim());
  if (!names.includes('')) return names;
  throw new RollgateError('invalid-option', `${option}: a name in the list is empty`, {
    kind: 'usage',
    hint: 'Write names with a comma between them: guide,gentle',
  });
}

async function plansFor(
  scenario: string,
  options: ScenarioOptions,
  { names, deployers, runs }: ComparedRolls,
): Promise<readonly PlannedRun[]> {
  const planning = await planningOf(options, scenario);
  const shared = await preparePlan({
    scenario,
    overrides: overridesOf(options),
    ...planning,
  });
  const wanted = names
    .map((name) => choreographyNamed(name, planning.choreographies).name)
    .flatMap((choreography) => deployers.map((deployer) => ({ choreography, deployer })));
  const planned = wanted.flatMap(({ choreography, deployer }) =>
    Array.from({ length: runs }, async (_, run): Promise<PlannedRun> => {
      const seed = shared.plan.seed + run;
      const own = { ...options, choreography, deployer, seed: String(seed) };
      const prepared = await preparePlan({
        scenario,
        overrides: overridesOf(own),
        ...planning,
      });
      const its = deployer === undefined ? [] : [prepared.plan.deployer?.name ?? NO_DEPLOYER];
      const name = [choreography, ...its].join('-');
      return { prepared, folder: `${name}-seed-${seed}` };
    }),
  );
  const plans = await Promise.all(planned);
  checkFolders(plans);
  return plans;
}

/** Two profiles of one name would share a folder. @throws RollgateError `invalid-option`. */
function checkFolders(plans: readonly PlannedRun[]): void {
  const folders = plans.map(({ folder }) => folder);
  const twice = plans.find(({ folder }, index) => folders.indexOf(folder) !== index);
  if (twice === undefined) return;
  const { deployer } = twice.prepared.plan;
  throw new RollgateError(
    'invalid-option',
    `--deployers: two profiles are named ${deployer?.name}`,
    {
      kind: 'usage',
      hint: 'Give each profile a name of its own.',
    },
  );
}

async function write(directory: string, verdicts: readonly Verdict[], plan: Plan): Promise<void> {
  const rows = compareChoreographies(verdicts);
  const upgrade = {
    base: releaseLabel(plan.base),
    target: releaseLabel(plan.target),
    topology: plan.topology.name,
  };
  await makeFolder(directory);
  await replaceFile(join(directory, 'compare.json'), `${JSON.stringify(rows, null, 2)}\n`);
  await replaceFile(join(directory, 'compare.html'), renderComparison(rows, upgrade));
}
