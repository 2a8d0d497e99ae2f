import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { RollgateError } from '../errors.ts';
import { readRun } from '../events/codec.ts';
import type { RunEvent } from '../events/event.ts';
import { SCENARIO_FILE } from '../gate/run-folder.ts';
import { shrink } from '../plan/explore/shrink.ts';
import type { Plan } from '../plan/plan.ts';
import { preparePlan, type PreparedPlan } from '../plan/prepare.ts';
import { renderPlan } from '../plan/render.ts';
import { renderVerdict } from '../report/tty.ts';
import { loadCatalogue } from '../scenario/catalogue.ts';
import { scenarioInput } from '../scenario/scenario-input.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { heat } from '../subject/heat/index.ts';
import { exitStatus, judge } from '../verdict/judge.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { CliContext } from './context.ts';
import { countIn } from './count-option.ts';
import { runPrepared } from './run-prepared.ts';
import { summaryWidth } from './terminal.ts';
import type { Program } from './verb.ts';

/** `rollgate repro`: a saved run's plan again. */
export function addRepro(program: Program, context: CliContext): void {
  program
    .command('repro')
    .description(
      'carry out the plan of a saved run again, or look for a smaller one that fails too',
    )
    .argument('<dir>', 'a run folder')
    .option('--shrink', 'look for the smallest plan and workload that fail with the same cause')
    .option('--runs <n>', 'how many runs --shrink may take', '20')
    .option('--out <dir>', 'the run folder; one below runs/ unless told')
    .action(async (directory, options) => {
      const prepared = await prepare(join(directory, SCENARIO_FILE));
      const events = await readRun(directory);
      for (const line of await differences(directory, events, prepared.plan)) {
        context.stderr(`differs: ${line}`);
      }
      if (options.shrink === true) {
        const out = resolve(options.out ?? join(directory, 'shrunk'));
        const mostRuns = countIn('--runs', options.runs);
        await shrinkRun(judge(events), scenarioInput(prepared), { out, mostRuns }, context);
        return;
      }
      const result = await runPrepared(prepared, options.out, context);
      const { color } = context;
      context.stdout(
        renderVerdict(result.verdict, {
          color,
          directory: result.directory,
          width: summaryWidth(context),
        }),
      );
      context.exit(exitStatus(result.verdict));
    });
}

async function prepare(scenario: string | ScenarioInput): Promise<PreparedPlan> {
  return preparePlan({ scenario, shape: heat.shape, catalogue: await loadCatalogue() });
}

/** What is not as it was: the plan, or what the releases' images hold. */
async function differences(
  directory: string,
  events: readonly RunEvent[],
  plan: Plan,
): Promise<readonly string[]> {
  const was = await readFile(join(directory, 'plan.txt'), 'utf8');
  const start = events.find((event) => event.type === 'run-started');
  const releases = (['base', 'target'] as const).flatMap((side) => {
    const [before, now] = [start?.[side], plan[side]];
    return before === undefined || before.version === now.version
      ? []
      : [`${side} was ${before.series} ${before.version}, here it is ${now.version}`];
  });
  return was.trimEnd() === renderPlan(plan).trimEnd()
    ? releases
    : [...releases, `the plan is not the one in ${join(directory, 'plan.txt')}`];
}

async function shrinkRun(
  verdict: Verdict,
  scenario: ScenarioInput,
  { out, mostRuns }: { readonly out: string; readonly mostRuns: number },
  context: CliContext,
): Promise<void> {
  const cause = worstCause(verdict);
  if (cause === undefined) {
    throw new RollgateError('nothing-to-shrink', 'that run has no cause that did harm', {
      kind: 'usage',
      hint: 'Name the folder of a run that failed.',
    });
  }
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
  const file = join(out, SCENARIO_FILE);
  await writeFile(file, stringify(smallest));
  context.stderr(renderPlan((await prepare(smallest)).plan, { color: context.color }));
  context.stderr(`the smallest that still showed ${cause}, after ${runs} runs:`);
  context.stdout(`rollgate run ${file}`);
}

/** The kind of the cause that did most harm. */
function worstCause({ causes }: Verdict): string | undefined {
  return causes.find(({ harm }) => harm !== 'noise' && harm !== 'log-only')?.kind;
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
