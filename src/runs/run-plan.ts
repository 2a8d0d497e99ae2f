import { RollgateError } from '../errors.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import type { OwnWork } from '../run/own-work.ts';
import type { PauseWish } from '../run/pauses.ts';
import { run } from '../run/runner.ts';
import type { Legacy, Link } from '../subject/load.ts';
import type { RunFolder, RunResult } from './folder/folder.ts';

export interface RunPlanOptions {
  readonly folder: RunFolder;
  /** At the plan's base release. */
  readonly lab: Deployment;
  /** Its place in a chain of runs on one lab. */
  readonly link?: Link | undefined;
  readonly signal?: AbortSignal | undefined;
  /** When to hold the lab as it is. Default: never. */
  readonly pause?: PauseWish | undefined;
  /** The caller's own work. */
  readonly own?: OwnWork | undefined;
  /** Continue even if the base fails before anything is rolled. Default: the run stops. */
  readonly goOn?: boolean | undefined;
}

export interface PlanResult extends RunResult {
  /** The objects that the load leaves to the next run on the lab. */
  readonly legacy: Legacy | undefined;
}

/**
 * Carries a folder's plan out on a lab, judges it, writes the files. If the folder becomes
 * unwritable, the run ends with a verdict on the events so far.
 */
export async function runPlan(options: RunPlanOptions): Promise<PlanResult> {
  const { folder, lab, link, pause, own, goOn } = options;
  const { plan, emit, logs, broken } = folder;
  const signal = AbortSignal.any([broken, ...(options.signal ? [options.signal] : [])]);
  const onBaseline = () => folder.checkBase({ goOn: goOn === true });
  const causesSoFar = () => folder.causesSoFar();
  let legacy: Legacy | undefined;
  try {
    legacy = await run({
      causesSoFar,
      plan,
      lab,
      emit,
      logs,
      link,
      pause,
      own,
      signal,
      onBaseline,
    });
  } finally {
    // The error that prevented writing the events is in `broken`, and in the verdict.
    await folder.close().catch((error: unknown) => {
      if (!(error instanceof RollgateError)) throw error;
    });
  }
  return { ...(await folder.conclude()), legacy };
}
