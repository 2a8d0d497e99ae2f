import { runHops, type HopsOptions, type PlannedHop, type ScenarioResult } from '../runs/hops.ts';

export type { ScenarioResult };

export interface RunScenarioOptions extends PlannedHop, HopsOptions {}

/**
 * A whole run: what is missing is set up, the lab comes up, is rolled and judged, and goes.
 * @throws RollgateError What kept the lab from coming up; the run's folder tells it too.
 */
export async function runScenario(options: RunScenarioOptions): Promise<ScenarioResult> {
  const { plan, scenario, pause, ...rest } = options;
  const [result] = await runHops([{ plan, scenario, pause }], rest);
  if (result === undefined) throw new Error('a plan without a result: a bug');
  return result;
}
