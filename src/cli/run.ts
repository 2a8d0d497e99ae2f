import type { Preflight } from '../gate/preflight.ts';
import { runScenario, type ScenarioResult } from '../gate/run-scenario.ts';
import type { Plan } from '../plan/plan.ts';
import { preparePlan } from '../plan/prepare.ts';
import { renderPlan } from '../plan/render.ts';
import { createProgress } from '../report/progress.ts';
import { renderPreflightSummary } from '../report/preflight.ts';
import { renderVerdict } from '../report/tty.ts';
import { loadCatalogue } from '../scenario/catalogue.ts';
import { scenarioInput } from '../scenario/scenario-input.ts';
import { heat } from '../subject/heat/index.ts';
import { exitStatus } from '../verdict/judge.ts';
import type { CliContext } from './context.ts';
import { tellGithub } from './github.ts';
import { pauseAtOption, pausedLoadOption, pauseOnOption, pauseWish } from './pause-options.ts';
import { overridesOf, scenarioOptions } from './scenario-options.ts';
import { summaryWidth } from './terminal.ts';
import type { Program } from './verb.ts';

/** `rollgate run`: the whole gate. */
export function addRun(program: Program, context: CliContext): void {
  scenarioOptions(program.command('run'))
    .description('start a lab at N, roll it to N+1 under load, judge it, remove it')
    .option('--name <name>', "the lab's name; drawn unless told")
    .option('--out <dir>', 'the run folder; one below runs/ unless told')
    .option('--keep', 'leave the lab standing; `rollgate down` removes it')
    .addOption(pauseAtOption())
    .addOption(pauseOnOption())
    .addOption(pausedLoadOption())
    .option('--no-preflight', 'without a comparison of the two images first')
    .option('--json', 'print verdict.json instead of the summary')
    .action(async (scenario, options) => {
      const prepared = await preparePlan({
        scenario,
        overrides: overridesOf(options),
        shape: heat.shape,
        catalogue: await loadCatalogue(),
      });
      const { plan, seedDrawn } = prepared;
      const pause = pauseWish(plan, options);
      if (seedDrawn) context.stderr(`seed ${plan.seed} was drawn; --seed ${plan.seed} repeats it`);
      context.stderr(`${renderPlan(plan, { color: context.color })}\n`);
      const { color, isTTY: tty, signal } = context;
      const result = await runScenario({
        plan,
        scenario: scenarioInput(prepared),
        name: options.name,
        directory: options.out,
        keep: options.keep,
        pause,
        onPreflight: options.preflight
          ? (foreseen) => tellForeseen(foreseen, plan, context)
          : undefined,
        onProgress: (line) => context.stderr(line),
        onEvent: createProgress((text) => context.progress(text), {
          tty,
          color,
          width: () => context.columns(),
        }),
        signal,
      });
      tell(result, options, context);
      await tellGithub(context, result, options);
      context.exit(exitStatus(result.verdict));
    });
}

function tellForeseen(foreseen: Preflight, { choreography }: Plan, context: CliContext): void {
  const style = { color: context.color, width: summaryWidth(context) };
  context.stderr(`${renderPreflightSummary({ ...foreseen, choreography }, style)}\n`);
}

function tell(
  { verdict, directory, plan, events, lab }: ScenarioResult,
  options: { readonly json?: true | undefined; readonly keep?: true | undefined },
  context: CliContext,
): void {
  const { color } = context;
  const failed = events.findLast(({ type }) => type === 'run-finished');
  if (failed?.type === 'run-finished' && failed.error?.step !== undefined) {
    context.stderr(`\n${renderPlan(plan, { color, arrow: failed.error.step })}\n`);
  }
  context.stdout(
    options.json === true
      ? JSON.stringify(verdict, null, 2)
      : renderVerdict(verdict, { color, directory, width: summaryWidth(context) }),
  );
  if (options.keep === true) {
    context.stderr(`lab ${lab} is left standing: rollgate status, rollgate down --name ${lab}`);
  }
}
