import { runScenario, type ScenarioResult } from '../gate/run-scenario.ts';
import type { PreparedPlan } from '../plan/prepare.ts';
import { createProgress } from '../report/progress.ts';
import { scenarioInput } from '../scenario/scenario-input.ts';
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
