import { join } from 'node:path';
import type { Override } from '../../document/overrides.ts';
import { SIDES } from '../../release/release.ts';
import { keptRun } from '../../runs/folder/kept-run.ts';
import { runHops } from '../../runs/hops.ts';
import { preparePlan } from '../../runs/prepare.ts';
import { scenarioInput } from '../../scenario/write-scenario.ts';
import type { Planning } from '../../subject/registry.ts';
import { judge } from '../../verdict/judge.ts';
import { assess, type Assessment } from './assess.ts';
import type { Trial } from './trial.ts';

export interface TrialOptions {
  /** Of the subject whose mutant it is. */
  readonly planning: Planning;
  /** The run's folder goes below it. */
  readonly directory: string;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** After the scenario's own entries: an index past the end of a list is its end. */
const AT_END = 1_000_000;

/** A trial's overrides of its scenario. */
export function trialOverrides({
  name,
  side,
  patches,
  beneath,
  configFor,
}: Trial): readonly Override[] {
  const option = name;
  return [
    ...SIDES.flatMap((each) => {
      const value = [...beneath, ...(each === side ? patches : [])];
      return value.length === 0 ? [] : [{ option, path: ['overlay', each, 'patches'], value }];
    }),
    ...configFor.map((value, index) => ({ option, path: ['configFor', AT_END + index], value })),
  ];
}

/**
 * Runs the gate over a trial's patches; if a series was interrupted, judges the complete run in its
 * folder. The seconds include the image, the lab and the run. For a kept run they are the run's
 * own.
 *
 * @throws RollgateError The error that prevented the run: of the patch, the image or the lab.
 */
export async function runTrial(trial: Trial, options: TrialOptions): Promise<Assessment> {
  const { directory, onProgress, signal } = options;
  const began = performance.now();
  const prepared = await preparePlan({
    scenario: trial.scenario,
    overrides: trialOverrides(trial),
    ...options.planning,
  });
  const scenario = scenarioInput(prepared);
  const folder = join(directory, trial.name.replaceAll(' ', '-'));
  const kept = await keptRun(scenario, folder);
  if (kept !== undefined) {
    onProgress?.(`kept: ${folder}`);
    return assess(trial, judge(kept), (kept.at(-1)?.at ?? 0) / 1000);
  }
  const { plan } = prepared;
  // The figures are of what a run itself shows of a bug.
  const how = { directory: folder, preflight: false, onProgress, signal };
  const [result] = await runHops([{ plan, scenario }], how);
  if (result === undefined) throw new Error('a plan without a result: a bug');
  return assess(trial, result.verdict, (performance.now() - began) / 1000);
}
