import { RollgateError } from '../errors.ts';
import type { Overlay } from '../release/overlay.ts';
import { sameRelease, type ReleaseRef, type Side } from '../release/release.ts';
import {
  ALL,
  differencesBetweenSides,
  mergeConfig,
  type Config,
  type ScopedConfig,
} from '../scenario/config.ts';
import { VCPUS } from '../scenario/deployer/choice.ts';
import type { DeployerProfile } from '../scenario/deployer/profile.ts';
import type { Scenario } from '../scenario/schema.ts';
import { thresholdPairs } from '../scenario/threshold/threshold.ts';
import { INFRASTRUCTURE, type InfrastructureUpgrade } from '../scenario/topology/infrastructure.ts';
import { type SubjectShape, type Topology, servicesOf } from '../scenario/topology/topology.ts';
import { LAB_BALANCER } from './balancer.ts';
import { withCheckpoints } from './checkpoints/rewrite.ts';
import { byFunction } from './choreographies/callers-function.ts';
import { choreographyNamed } from './choreographies/registry.ts';
import { balancersOf, deployerOf, type Deployer } from './deployer.ts';
import type { Choreography, Draft, DraftStage, Roll } from './draft.ts';
import { withFaults } from './faults/rewrite.ts';
import { framed } from './frame.ts';
import { numbered } from './number.ts';
import { withMeetings } from './paper/coexistence.ts';
import { checkPlan } from './paper/validate.ts';
import type { Plan, PlannedDeployer } from './plan.ts';
import { nextVhost } from './vhost.ts';
import { writtenChoreography, type PlaceOf } from './written.ts';

export interface PlanInput {
  readonly scenario: Scenario;
  readonly topology: Topology;
  readonly base: ReleaseRef;
  readonly target: ReleaseRef;
  readonly overlays: readonly Overlay[];
  readonly seed: number;
  /** The version of the RPC between engines, if the catalogue says it. */
  readonly rpc?: Readonly<Record<Side, string | undefined>>;
  /** The known deployers. */
  readonly deployers: readonly DeployerProfile[];
  /**
   * The series that selects a deployer's release, also for releases outside the catalogue.
   */
  readonly series: Readonly<Record<Side, string>>;
  /** The broker vhost of all services. */
  readonly baseVhost: string;
  readonly shape: SubjectShape;
  /** The choreographies of the subject. Default: all. */
  readonly choreographies?: readonly Choreography[] | undefined;
  readonly placeOf: PlaceOf;
  /** A function of the caller rolls the lab; only the surroundings of the choreography are used. */
  readonly rolledByFunction?: boolean | undefined;
  /** Series of the release catalogue, oldest first. */
  readonly catalogueSeries?: readonly string[];
  /** SLURP releases between base and target. */
  readonly skips?: readonly string[];
}

/** The options without which a choreography cannot keep its promise. */
function configOf({ config = {} }: Choreography, shape: SubjectShape): Config {
  return typeof config === 'function' ? config(shape) : config;
}

/** The only tag that does not require an api that serves throughout. */
const BARE = 'supports-upgrade';

/**
 * Everything that will be done, from a scenario. Pure: the same input gives the same plan.
 *
 * @throws RollgateError `unknown-choreography`, `invalid-plan`.
 */
export function plan(input: PlanInput): Plan {
  const { scenario, topology, base, target, overlays, seed, baseVhost, shape } = input;
  const { skips = [] } = input;
  const durations = { ...scenario.durations, reviveSeconds: scenario.load.reviveSeconds };
  const roll: Roll = {
    topology,
    apis: servicesOf(topology, 'api'),
    engines: servicesOf(topology, 'engine'),
    baseVhost,
    nextVhost: nextVhost(shape.baseVhost, base, target),
    mixedSeconds: durations.mixedSeconds,
    series: input.series,
    script: scenario.script,
  };
  const named =
    typeof scenario.choreography === 'string'
      ? choreographyNamed(scenario.choreography, input.choreographies)
      : writtenChoreography(scenario.choreography, input.placeOf, [
          LAB_BALANCER,
          ...balancersOf(input.deployers),
        ]);
  const choreography = input.rolledByFunction === true ? byFunction(named) : named;
  checkRpc(choreography, input);
  const deployer = deployerFor(choreography, input);
  const stopSeconds = durations.stopSeconds ?? deployer?.stopSeconds;
  const infrastructure = INFRASTRUCTURE.flatMap((service): readonly InfrastructureUpgrade[] => {
    const suite = scenario.infrastructure[service];
    return suite === undefined ? [] : [{ service, suite }];
  });
  const stages = [
    ...infrastructure.map((own) => infrastructureStage(own, roll)),
    ...choreography.stages(roll),
  ];
  const configuration = configurationOf(choreography, deployer, input);
  const upgrade = {
    base,
    target,
    restart: sameRelease(base, target),
    configurationChanges: changesIn(configuration, deployer, topology),
  };
  const made: Plan = {
    scenario: scenario.name,
    subject: scenario.subject,
    noun: shape.noun,
    ...(shape.chains === undefined ? {} : { chains: shape.chains }),
    seed,
    choreography: choreography.name,
    summary: choreography.summary,
    topology,
    ...upgrade,
    infrastructure,
    baseVhost,
    overlays,
    require: scenario.require,
    thresholds: thresholdPairs(scenario.thresholds),
    rules: scenario.rules,
    load: scenario.load,
    ...configuration,
    ...(deployer === undefined ? {} : { deployer: planned(deployer) }),
    balancer: choreography.balancer ?? deployer?.balancer ?? LAB_BALANCER,
    database: { ...deployer?.database, ...scenario.database },
    ...(scenario.databaseDump === undefined ? {} : { databaseDump: scenario.databaseDump }),
    apisMayBeAway: choreography.outage === true || scenario.require.every((tag) => tag === BARE),
    serveSeconds: durations.serveSeconds,
    migrateSeconds: durations.migrateSeconds,
    ...(stopSeconds === undefined ? {} : { stopSeconds }),
    ...(isDowngrade(input) ? { note: DOWNGRADE } : {}),
    ...(skips.length > 0 ? { skips, note: skipping(skips) } : {}),
    stages: numbered(
      withCheckpoints(
        withFaults(framed(withMeetings(stages, topology, baseVhost), durations), scenario.faults, {
          topology,
          placeOf: input.placeOf,
        }),
        scenario.checkpoints,
        topology,
      ),
      upgrade,
    ),
  };
  const checked = checkPlan(made, [shape.baseVhost]);
  if (typeof scenario.choreography !== 'string') checkSwaps(stages, input);
  return checked;
}

/**
 * Infrastructure is swapped first, as deployers do, and each service separately, so that the cost
 * of each is known.
 */
function infrastructureStage(
  upgrade: InfrastructureUpgrade,
  { mixedSeconds }: Pick<Roll, 'mixedSeconds'>,
): DraftStage {
  return {
    name: upgrade.service,
    steps: [
      { kind: 'swap-infrastructure', ...upgrade },
      { kind: 'hold', seconds: mixedSeconds },
    ],
  };
}

/** In upstream's upgrade guides the only way back is a restored backup. */
const DOWNGRADE = 'the target is older than the base; OpenStack supports no downgrades';

function skipping(series: readonly string[]): string {
  return `it skips the SLURP release ${series.join(', ')}: upstream supports no such upgrade`;
}

function isDowngrade({ base, target, catalogueSeries = [] }: PlanInput): boolean {
  const [from, to] = [base, target].map((release) => catalogueSeries.indexOf(release.series));
  return from !== undefined && to !== undefined && to !== -1 && to < from;
}

/**
 * The scenario's deployer, otherwise the one that the choreography comes from.
 *
 * @throws RollgateError `invalid-plan` for a release older than the deployer's oldest.
 */
function deployerFor(
  choreography: Choreography,
  { scenario, deployers, series }: PlanInput,
): Deployer | undefined {
  const {
    name,
    profile: own,
    vcpus = VCPUS,
  } = scenario.deployer ?? { name: choreography.deployer };
  const profile = own ?? deployers.find((one) => one.name === name);
  return profile === undefined ? undefined : deployerOf(profile, series, vcpus);
}

/**
 * The choreography's options come first, so that the deployer's settings override them, and the
 * scenario's come last. The scenario's options for all services do not override the deployer's
 * options for some services.
 */
function configurationOf(
  choreography: Choreography,
  deployer: Deployer | undefined,
  { scenario, shape }: PlanInput,
): Pick<Plan, 'config' | 'configFor'> {
  const config = mergeConfig(configOf(choreography, shape), deployer?.config ?? {});
  const scoped = [...atTarget(choreography.configTo), ...(deployer?.configFor ?? [])];
  const own = { on: ALL, config: scenario.config };
  const restated = scoped.length > 0 && Object.keys(scenario.config).length > 0;
  return {
    config: mergeConfig(config, scenario.config),
    configFor: [
      ...scoped,
      ...(restated ? [own] : []),
      ...atTarget(scenario.configTo),
      ...scenario.configFor,
    ],
  };
}

function atTarget(config: Config = {}): readonly ScopedConfig[] {
  return Object.keys(config).length === 0 ? [] : [{ on: 'target', config }];
}

/** A deployer's change does not count as a change of the scenario. */
function changesIn(
  { config, configFor }: Pick<Plan, 'config' | 'configFor'>,
  deployer: Deployer | undefined,
  topology: Topology,
): readonly string[] {
  const its = deployer?.changes ?? [];
  return differencesBetweenSides(config, configFor, topology).filter((name) => !its.includes(name));
}

function planned({ name, releases, vcpus, changes }: Deployer): PlannedDeployer {
  return { name, releases, vcpus, changes };
}

/** @throws RollgateError `invalid-plan` for releases that the choreography cannot mix. */
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

/** @throws RollgateError `invalid-plan` for a written choreography that upgrades nothing. */
function checkSwaps(
  stages: readonly DraftStage[],
  { scenario, base, target, placeOf }: PlanInput,
): void {
  const starts = (steps: readonly Draft[]): boolean =>
    steps.some((step) =>
      step.kind === 'together'
        ? starts(step.steps)
        : step.kind === 'start' || step.kind === 'swap' || step.kind === 'surge',
    );
  if (sameRelease(base, target) || starts(stages.flatMap(({ steps }) => steps))) return;
  throw new RollgateError(
    'invalid-plan',
    `${placeOf(['choreography', 'stages'])}: no step starts or swaps a service, so nothing would be upgraded`,
    { kind: 'usage', hint: `For ${scenario.name} without an upgrade write choreography: none.` },
  );
}
