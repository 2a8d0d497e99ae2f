import { resolve } from 'node:path';
import type { EventSink } from '../events/event.ts';
import { deploy } from '../lab/deploy.ts';
import type { Plan } from '../plan/plan.ts';
import { heat } from '../subject/heat/index.ts';
import { provision } from './provision.ts';
import { defaultDirectory, runPlan, type RunResult } from './run-plan.ts';
import { randomLabName } from './lab.ts';

export interface RunScenarioOptions {
  readonly plan: Plan;
  /** The lab's name; drawn unless told. */
  readonly name?: string | undefined;
  readonly directory?: string | undefined;
  /** Leave the lab standing when the run is over. */
  readonly keep?: boolean | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly onEvent?: EventSink | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ScenarioResult extends RunResult {
  readonly lab: string;
}

/** A whole run: what is missing is set up, the lab comes up, is rolled and judged, and goes. */
export async function runScenario(options: RunScenarioOptions): Promise<ScenarioResult> {
  const { plan, onProgress, onEvent, signal, name = randomLabName('run') } = options;
  const directory = resolve(options.directory ?? defaultDirectory(plan, new Date()));
  const releases = [plan.base, plan.target];
  const engine = await provision({ releases, onProgress, signal });
  const lab = await deploy({
    engine,
    subject: heat,
    name,
    topology: plan.topology,
    release: plan.base,
    serveSeconds: plan.serveSeconds,
    onProgress,
    signal,
  });
  try {
    const result = await runPlan({ plan, lab, directory, onEvent, signal });
    return { ...result, lab: lab.name };
  } finally {
    await (options.keep === true ? lab.keep() : lab.down());
  }
}
