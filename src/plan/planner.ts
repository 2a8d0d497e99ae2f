import { RollgateError } from '../errors.ts';
import { mergeConfig, type Config } from '../scenario/config.ts';
import type { ReleaseRef, Side } from '../release/release.ts';
import type { Scenario } from '../scenario/schema.ts';
import { thresholdPairs } from '../scenario/threshold.ts';
import type {
  Role,
  ServiceInstance,
  SubjectShape,
  Topology,
} from '../scenario/topology/topology.ts';
import { withCheckpoints } from './checkpoints/rewrite.ts';
import { choreographyNamed } from './choreographies/registry.ts';
import { LAB_BALANCER } from './balancer.ts';
import { withMeetings } from './paper/coexistence.ts';
import type { Choreography, Roll } from './draft.ts';
import { withFaults } from './faults/rewrite.ts';
import { framed } from './frame.ts';
import { numbered } from './number.ts';
import type { Overlay } from '../release/overlay.ts';
import type { Plan } from './plan.ts';
import { checkPlan } from './paper/validate.ts';
import { nextVhost } from './vhost.ts';
import { writtenChoreography, type PlaceOf } from './written.ts';

export interface PlanInput {
  readonly scenario: Scenario;
  readonly topology: Topology;
  readonly base: ReleaseRef;
  readonly target: ReleaseRef;
  readonly overlays: readonly Overlay[];
  readonly seed: number;
  /** The version of the RPC between engines, where the catalogue says it. */
  readonly rpc?: Readonly<Record<Side, string | undefined>>;
  /** The broker vhost that all services are on. */
  readonly baseVhost: string;
  readonly shape: SubjectShape;
  readonly placeOf: PlaceOf;
}

/** The options without which a choreography cannot keep its promise. */
function configOf({ config = {} }: Choreography, shape: SubjectShape): Config {
  return typeof config === 'function' ? config(shape) : config;
}

/** The one tag that does not ask for an api that serves throughout. */
const BARE = 'supports-upgrade';

/**
 * All that will be done, from a scenario. Pure: the same input is the same plan.
 *
 * @throws RollgateError `unknown-choreography`, `invalid-plan`.
 */
export function plan(input: PlanInput): Plan {
  const { scenario, topology, base, target, overlays, seed, baseVhost, shape } = input;
  const durations = { ...scenario.durations, reviveSeconds: scenario.load.reviveSeconds };
  const roll: Roll = {
    topology,
    apis: servicesOf(topology, 'api'),
    engines: servicesOf(topology, 'engine'),
    baseVhost,
    nextVhost: nextVhost(shape.baseVhost, base, target),
    mixedSeconds: durations.mixedSeconds,
    script: scenario.script,
  };
  const choreography =
    typeof scenario.choreography === 'string'
      ? choreographyNamed(scenario.choreography)
      : writtenChoreography(scenario.choreography, input.placeOf);
  checkRpc(choreography, input);
  const stages = choreography.stages(roll);
  const made: Plan = {
    scenario: scenario.name,
    subject: scenario.subject,
    seed,
    choreography: choreography.name,
    summary: choreography.summary,
    topology,
    baseVhost,
    base,
    target,
    overlays,
    require: scenario.require,
    thresholds: thresholdPairs(scenario.thresholds),
    load: scenario.load,
    config: mergeConfig(configOf(choreography, shape), scenario.config),
    configFor: scenario.configFor,
    balancer: choreography.balancer ?? LAB_BALANCER,
    apisMayBeAway: choreography.outage === true || scenario.require.every((tag) => tag === BARE),
    serveSeconds: durations.serveSeconds,
    ...(durations.stopSeconds === undefined ? {} : { stopSeconds: durations.stopSeconds }),
    stages: numbered(
      withCheckpoints(
        withFaults(
          framed(withMeetings(stages, topology, baseVhost), durations),
          scenario.faults,
          topology,
        ),
        scenario.checkpoints,
        topology,
      ),
      { base, target },
    ),
  };
  return checkPlan(made, [shape.baseVhost]);
}

/** @throws RollgateError `invalid-plan` for releases that the choreography cannot bring together. */
function checkRpc({ name, sameRpc }: Choreography, { base, target, rpc }: PlanInput): void {
  if (sameRpc === undefined || rpc?.base === undefined || rpc.target === undefined) return;
  if (rpc.base === rpc.target) return;
  throw new RollgateError(
    'invalid-plan',
    `${name} is for releases whose engines speak the same RPC: ${base.series} speaks ${rpc.base}, ${target.series} ${rpc.target}`,
    {
      kind: 'usage',
      detail: `Why: ${sameRpc}.`,
      hint: 'Take gentle, which gives the target a vhost of its own.',
    },
  );
}

function servicesOf({ nodes }: Topology, role: Role): readonly ServiceInstance[] {
  return nodes.flatMap(({ services }) => services).filter((service) => service.role === role);
}
