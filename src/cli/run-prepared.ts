import { keptRun } from '../gate/kept-run.ts';
import { runScenario, type ScenarioResult } from '../gate/run-scenario.ts';
import type { PreparedPlan } from '../plan/prepare.ts';
import { createProgress } from '../report/progress.ts';
import { scenarioInput } from '../scenario/scenario-input.ts';
import { judge } from '../verdict/judge.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { CliContext } from './context.ts';

/** A whole run, told as it goes; one below `runs/` where no folder is named. */
export function runPrepared(
  prepared: PreparedPlan,
  directory: string | undefined,
  context: CliContext,
): Promise<ScenarioResult> {
  return runScenario({
    plan: prepared.plan,
    scenario: scenarioInput(prepared),
    directory,
    onProgress: (line) => context.stderr(line),
    onEvent: createProgress((text) => context.progress(text), {
      tty: context.isTTY,
      color: context.color,
      width: () => context.columns(),
    }),
    signal: context.signal,
  });
}

/** One run of a series: what its folder holds from before is judged, not run again. */
export async function runOrKeep(
  prepared: PreparedPlan,
  directory: string,
  context: CliContext,
): Promise<Verdict> {
  const events = await keptRun(scenarioInput(prepared), directory);
  if (events === undefined) return (await runPrepared(prepared, directory, context)).verdict;
  context.stderr(`kept: ${directory}`);
  return judge(events);
}
