import { join } from 'node:path';
import type { PreparedPlan } from '../../../runs/prepare.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import type { CliContext } from '../../context.ts';
import { runOrKeep } from '../run/run-prepared.ts';

/** One run of a series. */
export interface PlannedRun {
  readonly prepared: PreparedPlan;
  /** Below the folder of all runs. */
  readonly folder: string;
}

/**
 * Runs one after the other. A run with a complete folder is judged and not run again, so an
 * interrupted series can continue.
 *
 * @param keep Called after each run, so that its result is kept even if the next run fails.
 */
export async function runSeries(
  runs: readonly PlannedRun[],
  directory: string,
  context: CliContext,
  keep: (verdicts: readonly Verdict[], last: PlannedRun) => Promise<void>,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const [index, run] of runs.entries()) {
    context.stderr(`run ${index + 1} of ${runs.length}: ${run.folder}`);
    verdicts.push(
      await runOrKeep(run.prepared, { directory: join(directory, run.folder) }, context),
    );
    await keep(verdicts, run);
    context.signal.throwIfAborted();
  }
  return verdicts;
}
