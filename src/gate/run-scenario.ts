import { resolve } from 'node:path';
import type { EventSink } from '../events/event.ts';
import { RollgateError } from '../errors.ts';
import { drawSecrets } from '../infra/secrets.ts';
import type { Deployment } from '../lab/deployment.ts';
import type { LastLogs } from '../lab/last-logs.ts';
import { needsClient } from '../plan/checkpoints/check.ts';
import type { Plan } from '../plan/plan.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { deployBase } from './deploy-base.ts';
import { environmentFor } from './environment.ts';
import { randomLabName } from './lab.ts';
import { foresee, type Preflight } from './preflight.ts';
import { provision } from './provision.ts';
import type { PauseWish } from '../run/pauses.ts';
import { checkRunFolder, defaultDirectory, RunFolder, type RunResult } from './run-folder.ts';
import { runPlan } from './run-plan.ts';

export interface RunScenarioOptions {
  readonly plan: Plan;
  /** What the plan was made from: kept in the run's folder, for `rollgate repro`. */
  readonly scenario?: ScenarioInput | undefined;
  /** The lab's name; drawn unless told. */
  readonly name?: string | undefined;
  readonly directory?: string | undefined;
  /** Leave the lab standing when the run is over. */
  readonly keep?: boolean | undefined;
  /** When to hold the lab as it is, until another process lets it go on; never unless told. */
  readonly pause?: PauseWish | undefined;
  /** Gets what a comparison of the releases foretells, before the lab comes up; else there is none. */
  readonly onPreflight?: ((foreseen: Preflight) => void) | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly onEvent?: EventSink | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ScenarioResult extends RunResult {
  readonly lab: string;
}

/**
 * A whole run: what is missing is set up, the lab comes up, is rolled and judged, and goes.
 * @throws RollgateError What kept the lab from coming up; the run's folder tells it too.
 */
export async function runScenario(options: RunScenarioOptions): Promise<ScenarioResult> {
  const { plan, pause, onProgress, onEvent, signal, name = randomLabName('run') } = options;
  const directory = resolve(options.directory ?? defaultDirectory(plan, new Date()));
  await checkRunFolder(directory);
  const engine = await provision({
    releases: [plan.base, plan.target],
    client: needsClient(plan),
    overlays: plan.overlays,
    onProgress,
    signal,
  });
  const environment = await environmentFor(plan);
  const foreseen = await foresee({ engine, plan, name, signal }, options);
  const startedAt = new Date();
  // Drawn here, so that they are known even if no lab comes of it.
  const secrets = drawSecrets();
  const makeFolder = (): Promise<RunFolder> =>
    RunFolder.create({
      plan,
      directory,
      secrets,
      scenario: options.scenario,
      environment,
      foreseen,
      onEvent,
    });
  let lab: Deployment;
  let logs: LastLogs = new Map();
  try {
    const onLastLogs = (last: LastLogs): void => void (logs = last);
    lab = await deployBase(engine, plan, { name, secrets, onProgress, signal, onLastLogs });
  } catch (error) {
    // Of a name that is taken, say, there is nothing to tell afterwards.
    if (error instanceof RollgateError && error.kind === 'usage') throw error;
    const folder = await makeFolder();
    const aborted = signal?.aborted === true;
    await folder.concludeWithoutLab(name, error, { startedAt, aborted, logs });
    onProgress?.(`what was seen is in ${directory}`);
    throw error;
  }
  try {
    const result = await runPlan({ folder: await makeFolder(), lab, pause, signal });
    return { ...result, lab: name };
  } finally {
    await (options.keep === true ? lab.keep() : lab.down());
  }
}
