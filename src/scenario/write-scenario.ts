import { formatReleaseSpec } from '../release/spec.ts';
import type { LoadedScenario } from './read-scenario.ts';
import type { ScenarioInput } from './schema.ts';
import { topologyInput } from './topology/topology.ts';

/**
 * A scenario with everything that its defaults, the command's options and random choices added. It
 * needs no other file, and makes the same plan.
 */
export function scenarioInput({
  scenario,
  topology,
  seed,
}: Pick<LoadedScenario, 'scenario' | 'topology' | 'seed'>): ScenarioInput {
  return {
    ...scenario,
    base: formatReleaseSpec(scenario.base),
    target: formatReleaseSpec(scenario.target),
    topology: topologyInput(topology),
    seed,
  };
}
