import type { Deployment } from '../lab/deployment.ts';
import type { PauseWish } from '../run/pauses.ts';
import { run } from '../run/runner.ts';
import type { RunFolder, RunResult } from './run-folder.ts';

export interface RunPlanOptions {
  readonly folder: RunFolder;
  /** At the plan's base release. */
  readonly lab: Deployment;
  readonly signal?: AbortSignal | undefined;
  /** When to hold the lab as it is; never unless told. */
  readonly pause?: PauseWish | undefined;
}

/** Carries a folder's plan out on a lab, judges it, writes the files. */
export async function runPlan({ folder, lab, signal, pause }: RunPlanOptions): Promise<RunResult> {
  const { plan, emit, logs } = folder;
  try {
    await run({ plan, lab, emit, logs, pause, signal: signal ?? new AbortController().signal });
  } finally {
    await folder.close();
  }
  return folder.conclude();
}
