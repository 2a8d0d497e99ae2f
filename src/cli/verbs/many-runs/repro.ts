import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { RollgateError } from '../../../errors.ts';
import { EXIT } from '../../../exit.ts';
import { replaceFile } from '../../../files/write.ts';
import { shrink } from '../../../hunts/explore/shrink.ts';
import { needsClient } from '../../../plan/checkpoints/needs-client.ts';
import { renderPlan } from '../../../plan/render/render.ts';
import { renderVerdict } from '../../../report/terminal/summary/summary.ts';
import { RUN_FOLDER } from '../../../run-folder.ts';
import { bundledReleases, withRunFolder } from '../../../runs/bundle/read.ts';
import { checkRunFolder } from '../../../runs/folder/folder.ts';
import {
  readReproduced,
  reproductionDifferences,
  savedScenario,
} from '../../../runs/folder/reproduction.ts';
import { preparePlan, type PlanRequest, type PreparedPlan } from '../../../runs/prepare.ts';
import { provision } from '../../../runs/provision.ts';
import type { ScenarioInput } from '../../../scenario/schema.ts';
import { scenarioInput } from '../../../scenario/write-scenario.ts';
import { defaultSubject, planningFor, subjectNamed } from '../../../subject/registry.ts';
import { exitStatusOfVerdict, judge } from '../../../verdict/judge.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import type { CliContext } from '../../context.ts';
import { countIn } from '../../options/count.ts';
import { outOption, pathArgument } from '../../options/out.ts';
import { summaryWidth } from '../../terminal.ts';
import { runPrepared, printUnwritten } from '../run/run-prepared.ts';
import type { Program } from '../verb.ts';

/** `rollgate repro`: a saved run's plan again. */
export function addRepro(program: Program, context: CliContext): void {
  program
    .command('repro')
    .description('repeat the plan of a saved run, or look for a smaller plan that fails too')
    .argument(
      '<run>',
      'a run folder, or a file that `rollgate bundle` wrote',
      pathArgument('<run>'),
    )
    .option('--check', 'only report what differs from the saved run; status 99 if anything does')
    .option('--shrink', 'look for the smallest plan and workload that fail with the same cause')
    .option('--runs <n>', 'the most runs that --shrink may take', '20')
    .addOption(outOption('--out <dir>', 'the run folder. Default: a new one below runs/'))
    .action((run, options) => {
      const wish = { ...options, run, mostRuns: countIn('--runs', options.runs) };
      return withRunFolder(run, (directory) => reproduce(directory, wish, context), context.signal);
    });
}

interface ReproWish {
  /** As the user named it. */
  readonly run: string;
  readonly check?: true | undefined;
  readonly shrink?: true | undefined;
  readonly mostRuns: number;
  readonly out?: string | undefined;
}

async function reproduce(directory: string, wish: ReproWish, context: CliContext): Promise<void> {
  // Everything about the folder is checked before images are built.
  const { events } = await readReproduced(directory);
  const prepared = await prepare(await savedScenario(directory), await bundledReleases(directory));
  if (wish.check !== true && wish.out !== undefined) await checkRunFolder(resolve(wish.out));
  const verdict = wish.shrink === true ? judge(events) : undefined;
  if (verdict !== undefined) causeToShrink(verdict);
  await buildImages(prepared, context);
  const differences = await reproductionDifferences(directory, prepared.plan);
  for (const line of differences) context.stderr(`differs: ${line}`);
  if (wish.check === true) {
    if (differences.length === 0) context.stdout('the same plan with the same images');
    context.exit(differences.length === 0 ? EXIT.proven : EXIT.requirementFailed);
    return;
  }
  if (verdict === undefined) return runAgain(prepared, wish, context);
  const out = resolve(wish.out ?? join(wish.run, 'shrunk'));
  const { mostRuns } = wish;
  await shrinkRun(verdict, scenarioInput(prepared), { out, mostRuns }, context);
}

async function buildImages({ plan }: PreparedPlan, context: CliContext): Promise<void> {
  await provision({
    subject: subjectNamed(plan.subject),
    releases: [plan.base, plan.target],
    client: needsClient(plan),
    overlays: plan.overlays,
    infrastructure: plan.infrastructure,
    onProgress: (line) => context.stderr(line),
    signal: context.signal,
  });
}

async function runAgain(
  prepared: PreparedPlan,
  { out }: Pick<ReproWish, 'out'>,
  context: CliContext,
): Promise<void> {
  const result = await runPrepared(prepared, out, context);
  const { verdict, directory } = result;
  const { color } = context;
  context.stdout(renderVerdict(verdict, { color, directory, width: summaryWidth(context) }));
  printUnwritten(result, context);
  context.exit(exitStatusOfVerdict(verdict));
}

async function prepare(
  scenario: string | ScenarioInput,
  resolved?: PlanRequest['resolved'],
): Promise<PreparedPlan> {
  const { subject } = typeof scenario === 'string' ? {} : scenario;
  return preparePlan({
    scenario,
    ...(await planningFor(subject === undefined ? defaultSubject : subjectNamed(subject))),
    resolved,
  });
}

async function shrinkRun(
  verdict: Verdict,
  scenario: ScenarioInput,
  { out, mostRuns }: { readonly out: string; readonly mostRuns: number },
  context: CliContext,
): Promise<void> {
  const cause = causeToShrink(verdict);
  let run = 0;
  const { scenario: smallest, runs } = await shrink({
    scenario,
    mostRuns,
    legal: isLegal,
    fails: async (candidate) => {
      context.signal.throwIfAborted();
      run += 1;
      const result = await runPrepared(
        await prepare(candidate),
        join(out, `run-${String(run).padStart(2, '0')}`),
        context,
      );
      const same = result.verdict.causes.some(({ kind }) => kind === cause);
      context.stderr(`run ${run}: ${same ? `${cause} again` : `no ${cause}`}`);
      return same;
    },
  });
  const file = join(out, RUN_FOLDER.scenario);
  await replaceFile(file, stringify(smallest));
  context.stderr(renderPlan((await prepare(smallest)).plan, { color: context.color }));
  context.stderr(`the smallest that still showed ${cause}, after ${runs} runs:`);
  context.stdout(`rollgate run ${file}`);
}

/**
 * The kind of the cause that did most harm.
 *
 * @throws RollgateError `nothing-to-shrink`.
 */
function causeToShrink({ causes }: Verdict): string {
  const cause = causes.find(({ harm }) => harm !== 'noise' && harm !== 'log-only')?.kind;
  if (cause !== undefined) return cause;
  throw new RollgateError('nothing-to-shrink', 'that run has no cause that did harm', {
    kind: 'usage',
    hint: 'Name the folder of a run that failed.',
  });
}

async function isLegal(scenario: ScenarioInput): Promise<boolean> {
  try {
    await prepare(scenario);
    return true;
  } catch (error) {
    const kinds = ['invalid-plan', 'invalid-scenario'];
    if (error instanceof RollgateError && kinds.includes(error.code)) return false;
    throw error;
  }
}
