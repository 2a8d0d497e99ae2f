import type { ReleaseRef } from '../scenario/release.ts';
import type { Scenario } from '../scenario/schema.ts';
import { thresholdPairs } from '../scenario/threshold.ts';
import type { Role, ServiceInstance, Topology } from '../scenario/topology.ts';
import { choreographyNamed } from './choreographies/registry.ts';
import type { Roll } from './draft.ts';
import { withFaults } from './faults/rewrite.ts';
import { framed } from './frame.ts';
import { numbered } from './number.ts';
import type { Plan } from './plan.ts';
import { checkPlan } from './validate.ts';
import { BASE_VHOST, nextVhost } from './vhost.ts';

export interface PlanInput {
  readonly scenario: Scenario;
  readonly topology: Topology;
  readonly base: ReleaseRef;
  readonly target: ReleaseRef;
  readonly seed: number;
}

/**
 * All that will be done, from a scenario. Pure: the same input is the same plan.
 *
 * @throws RollgateError `unknown-choreography`, `invalid-plan`.
 */
export function plan({ scenario, topology, base, target, seed }: PlanInput): Plan {
  const { durations } = scenario;
  const roll: Roll = {
    topology,
    apis: servicesOf(topology, 'api'),
    engines: servicesOf(topology, 'engine'),
    baseVhost: BASE_VHOST,
    nextVhost: nextVhost(base, target),
    mixedSeconds: durations.mixedSeconds,
  };
  const stages = choreographyNamed(scenario.choreography).stages(roll);
  return checkPlan({
    scenario: scenario.name,
    subject: scenario.subject,
    seed,
    choreography: scenario.choreography,
    topology,
    base,
    target,
    require: scenario.require,
    thresholds: thresholdPairs(scenario.thresholds),
    load: scenario.load,
    config: scenario.config,
    serveSeconds: durations.serveSeconds,
    stages: numbered(withFaults(framed(stages, durations), scenario.faults, topology), {
      base,
      target,
    }),
  });
}

function servicesOf({ nodes }: Topology, role: Role): readonly ServiceInstance[] {
  return nodes.flatMap(({ services }) => services).filter((service) => service.role === role);
}
