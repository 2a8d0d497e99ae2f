import { join } from 'node:path';
import { EXIT } from '../../../exit.ts';
import { renderPlan } from '../../../plan/render/render.ts';
import { TRACE, tryWriteReports } from '../../../report/files/files.ts';
import { renderPreflightSummary } from '../../../report/terminal/preflight.ts';
import { renderVerdict } from '../../../report/terminal/summary/summary.ts';
import type { ScenarioResult } from '../../../runs/hops.ts';
import type { Preflight } from '../../../runs/preflight.ts';
import { checkChange, type PreparedPlan } from '../../../runs/prepare.ts';
import { subjectNamed } from '../../../subject/registry.ts';
import { exitStatusOfVerdict } from '../../../verdict/judge.ts';
import type { CliContext } from '../../context.ts';
import { knownInWords } from '../../known-findings.ts';
import { newLabNameOption, outOption, traceOption } from '../../options/out.ts';
import { pathOption, preparedHops } from '../../options/path.ts';
import { pauseAtOption, pausedLoadOption, pauseOnOption, pauseWish } from '../../options/pause.ts';
import { overridesOf, scenarioOptions } from '../../options/scenario/scenario.ts';
import { planningOf } from '../../options/subject.ts';
import { summaryWidth } from '../../terminal.ts';
import { reportToGithub } from '../result/github.ts';
import type { Program } from '../verb.ts';
import { gateCommands } from './gate-commands.ts';
import { runPreparedHops, printUnwritten } from './run-prepared.ts';

/** `rollgate run`: the whole gate. */
export function addRun(program: Program, context: CliContext): void {
  scenarioOptions(program.command('run'))
    .description(
      'start a lab at release N, roll it to N+1 under load, judge the upgrade, remove the lab',
    )
    .addOption(newLabNameOption('the lab’s name. Default: a new one'))
    .addOption(outOption('--out <dir>', 'the run folder. Default: a new one below runs/'))
    .option('--keep', 'keep the lab; `rollgate down` removes it')
    .addOption(pauseAtOption())
    .addOption(pauseOnOption())
    .addOption(pausedLoadOption())
    .option(
      '--go-on',
      'continue even if the base fails before anything is upgraded. Default: the run stops',
    )
    .option('--no-preflight', 'skip the comparison of the two images before the run')
    .option('--json', 'print verdict.json instead of the summary')
    .addOption(traceOption())
    .addOption(pathOption())
    .action(async (scenario, options) => {
      const planning = await planningOf(options, scenario);
      const request = { scenario, overrides: overridesOf(options), ...planning };
      const hops = await preparedHops(request, options.path, context);
      hops.forEach(checkChange);
      const readable = isReadable(context);
      for (const { plan } of readable ? hops : []) {
        context.stderr(`${renderPlan(plan, { color: context.color })}\n`);
      }
      const { name, out: directory, keep, goOn } = options;
      const results = await runPreparedHops(
        hops,
        {
          name,
          directory,
          keep,
          goOn,
          preflight: options.preflight,
          onPreflight: readable ? (found) => printForeseen(found, hops, context) : undefined,
        },
        context,
        (plan) => pauseWish(plan, options),
      );
      if (options.json === true) {
        const verdicts = results.map(({ verdict }) => verdict);
        context.stdout(
          JSON.stringify(options.path === undefined ? verdicts[0] : verdicts, null, 2),
        );
      }
      for (const result of results) {
        await reportResult(result, options, context);
        await reportToGithub(context, result, options);
        if (options.trace === true) await writeTrace(result, context);
      }
      const missing = hops.length - results.length;
      if (missing > 0) context.stderr(`${missing} further upgrades on the path were not begun`);
      context.exit(worstExit(results.map(({ verdict }) => exitStatusOfVerdict(verdict))));
    });
}

/** Whether a person reads the progress. */
function isReadable({ progressMode }: Pick<CliContext, 'progressMode'>): boolean {
  return !['json', 'quiet'].includes(progressMode());
}

/** A verdict counts even if its trace could not be written. */
async function writeTrace(
  { directory, events, verdict }: ScenarioResult,
  context: CliContext,
): Promise<void> {
  const unwritten = await tryWriteReports(directory, events, verdict, [TRACE]);
  context.stderr(unwritten?.message ?? `trace: ${join(directory, TRACE.file)}`);
}

/** An error of the harness is worse than a failed run. */
export function worstExit(found: readonly number[]): number {
  const worst = [EXIT.aborted, EXIT.harness, EXIT.requirementFailed];
  return worst.find((status) => found.includes(status)) ?? EXIT.proven;
}

function printForeseen(
  foreseen: Preflight,
  hops: readonly PreparedPlan[],
  context: CliContext,
): void {
  const choreography = hops[0]?.plan.choreography ?? '';
  const style = { color: context.color, width: summaryWidth(context) };
  context.stderr(`${renderPreflightSummary({ ...foreseen, choreography }, style)}\n`);
}

async function reportResult(
  result: ScenarioResult,
  options: {
    readonly json?: true | undefined;
    readonly keep?: true | undefined;
  },
  context: CliContext,
): Promise<void> {
  const { verdict, directory, plan, events, lab } = result;
  const { color } = context;
  const ways = subjectNamed(plan.subject).choreographies;
  const commands = gateCommands(verdict, context.args, ways);
  const failed = events.findLast(({ type }) => type === 'run-finished');
  const step = failed?.type === 'run-finished' ? failed.error?.step : undefined;
  if (step !== undefined && isReadable(context)) {
    context.stderr(`\n${renderPlan(plan, { color, arrow: step })}\n`);
  }
  if (options.json !== true) {
    context.stdout(
      renderVerdict(verdict, { color, directory, commands, width: summaryWidth(context) }),
    );
  }
  const known = options.json === true ? undefined : await knownInWords(verdict);
  if (known !== undefined) context.stdout(known);
  printUnwritten(result, context);
  if (options.keep === true) {
    context.stderr(`lab ${lab} is kept: rollgate status, rollgate down --name ${lab}`);
  }
}
