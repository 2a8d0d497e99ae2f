import { RollgateError } from '../errors.ts';
import { given } from '../given.ts';
import type { Overlay } from '../release/overlay.ts';
import { IMAGE_SERIES, sameRelease, type ReleaseRef, type Side } from '../release/release.ts';
import { thresholdPairs } from '../scenario/threshold/threshold.ts';
import { servicesOf } from '../scenario/topology/topology.ts';
import { LAB_BALANCER } from './balancer.ts';
import { withCheckpoints } from './checkpoints/rewrite.ts';
import { byFunction } from './choreographies/callers-function.ts';
import { choreographyNamed } from './choreographies/registry.ts';
import {
  alreadyAtBase,
  changesIn,
  configurationOf,
  deployerFor,
  plannedDeployer,
  type ConfigurationInput,
} from './configuration.ts';
import { balancersOf } from './deployer.ts';
import type { Choreography, Draft, DraftStage, Roll } from './draft.ts';
import { withFaults } from './faults/rewrite.ts';
import { framed } from './frame.ts';
import { infrastructureOf, infrastructureStage, knownBefore } from './infrastructure.ts';
import { numbered } from './number.ts';
import { withMeetings } from './paper/coexistence.ts';
import { checkPlan } from './paper/validate.ts';
import type { Plan } from './plan.ts';
import { nextVhost } from './vhost.ts';
import { writtenChoreography, type PlaceOf } from './written-choreography.ts';

export interface PlanInput extends ConfigurationInput {
  readonly base: ReleaseRef;
  readonly target: ReleaseRef;
  readonly overlays: readonly Overlay[];
  readonly seed: number;
  /** The version of the RPC between engines, if the catalogue says it. */
  readonly rpc?: Readonly<Record<Side, string | undefined>>;
  /** The broker vhost of all services. */
  readonly baseVhost: string;
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

/** The only tag that does not require an api that serves throughout. */
const BARE = 'supports-upgrade';

/**
 * Everything that will be done, from a scenario. Pure: the same input gives the same plan.
 *
 * @throws RollgateError `unknown-choreography`, `invalid-plan`.
 */
export function plan(input: PlanInput): Plan {
  const { scenario, topology, base, target, shape, baseVhost } = input;
  const { durations } = scenario;
  const choreography = choreographyOf(input);
  checkRpc(choreography, input);
  checkPin(choreography, input);
  const deployer = deployerFor(choreography, input);
  const infrastructure = infrastructureOf(scenario);
  const stages = [
    ...infrastructure.map((own) => infrastructureStage(own, topology, durations)),
    ...choreography.stages(rollOf(input)),
  ];
  const configuration = configurationOf(choreography, deployer, input);
  const stopSeconds = durations.stopSeconds ?? deployer?.stopSeconds;
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
    ...given({ chains: shape.chains }),
    seed: input.seed,
    choreography: choreography.name,
    summary: choreography.summary,
    topology,
    ...upgrade,
    infrastructure,
    baseVhost,
    overlays: input.overlays,
    require: scenario.require,
    thresholds: thresholdPairs(scenario.thresholds),
    rules: scenario.rules,
    load: scenario.load,
    ...configuration,
    ...(deployer === undefined ? {} : { deployer: plannedDeployer(deployer) }),
    balancer: choreography.balancer ?? deployer?.balancer ?? LAB_BALANCER,
    database: { ...deployer?.database, ...scenario.database },
    ...given({ databaseDump: scenario.databaseDump }),
    apisMayBeAway: choreography.outage === true || scenario.require.every((tag) => tag === BARE),
    serveSeconds: durations.serveSeconds,
    migrateSeconds: durations.migrateSeconds,
    ...given({ stopSeconds }),
    ...(rpcDiffers(input) ? { rpcDiffers: true } : {}),
    ...warningOf(
      [
        ...knownBefore(infrastructure, topology),
        ...describeAlready(alreadyAtBase(choreography, configuration, topology)),
      ],
      input,
    ),
    stages: numbered(surrounded(stages, input), upgrade),
  };
  const checked = checkPlan(made, [shape.baseVhost]);
  if (typeof scenario.choreography !== 'string') checkSwaps(stages, input);
  return checked;
}

/** The order of the roll: a built-in one, or one from the scenario. */
function choreographyOf(input: PlanInput): Choreography {
  const { scenario, placeOf, deployers } = input;
  const balancers = [LAB_BALANCER, ...balancersOf(deployers)];
  const named =
    typeof scenario.choreography === 'string'
      ? choreographyNamed(scenario.choreography, input.choreographies)
      : writtenChoreography(scenario.choreography, placeOf, balancers);
  return input.rolledByFunction === true ? byFunction(named) : named;
}

function rollOf({ scenario, topology, base, target, baseVhost, shape, series }: PlanInput): Roll {
  return {
    topology,
    apis: servicesOf(topology, 'api'),
    engines: servicesOf(topology, 'engine'),
    baseVhost,
    nextVhost: nextVhost(shape.baseVhost, base, target),
    mixedSeconds: scenario.durations.mixedSeconds,
    series,
    script: scenario.script,
  };
}

/** The stages of a choreography with the load around them, and with faults and checks in them. */
function surrounded(
  stages: readonly DraftStage[],
  { scenario, topology, baseVhost, placeOf }: PlanInput,
): readonly DraftStage[] {
  const { durations, load, faults, checkpoints } = scenario;
  const [first] = topology.nodes;
  const lastStopped = [...servicesOf(topology, 'engine'), ...servicesOf(topology, 'api')].filter(
    ({ node }) => node === first?.name,
  );
  const loaded = framed(
    withMeetings(stages, topology, baseVhost),
    { ...durations, reviveSeconds: load.reviveSeconds },
    lastStopped,
  );
  return withCheckpoints(withFaults(loaded, faults, { topology, placeOf }), checkpoints, topology);
}

/** In upstream's upgrade guides the only way back is a restored backup. */
const DOWNGRADE = 'the target is older than the base; OpenStack supports no downgrades';

function skipping(series: readonly string[]): string {
  return `it skips the SLURP release ${series.join(', ')}: upstream supports no such upgrade`;
}

function warningOf(others: readonly string[], input: PlanInput): Pick<Plan, 'skips' | 'note'> {
  const { skips = [] } = input;
  const notes = [
    ...(skips.length > 0 ? [skipping(skips)] : []),
    ...(skips.length === 0 && isDowngrade(input) ? [DOWNGRADE] : []),
    ...others,
  ];
  return {
    ...(skips.length > 0 && { skips }),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
}

function describeAlready(options: readonly string[]): readonly string[] {
  if (options.length === 0) return [];
  const them = options.length === 1 ? 'it' : 'them';
  return [`the base has ${options.join(', ')} already: the roll does not switch ${them} on`];
}

function isDowngrade({ base, target, catalogueSeries = [] }: PlanInput): boolean {
  const [from, to] = [base, target].map((release) => catalogueSeries.indexOf(release.series));
  return from !== undefined && to !== undefined && to !== -1 && to < from;
}

/** @throws RollgateError `invalid-plan` for releases that the choreography cannot mix. */
function checkRpc({ name, sameRpc }: Choreography, input: PlanInput): void {
  if (sameRpc === undefined || !rpcDiffers(input)) return;
  const { base, target, rpc } = input;
  throw new RollgateError(
    'invalid-plan',
    `${name} is for releases whose engines speak the same RPC: ${base.series} speaks ${rpc?.base}, ${target.series} ${rpc?.target}`,
    {
      kind: 'usage',
      detail: `Why: ${sameRpc}.`,
      hint: 'Take gentle, which gives the target a vhost of its own.',
    },
  );
}

/** @throws RollgateError `invalid-plan` if the pin would name no release that both sides know. */
function checkPin({ name, pinsToBase }: Choreography, input: PlanInput): void {
  if (pinsToBase === undefined) return;
  const { base, target } = input;
  const why =
    base.series === IMAGE_SERIES
      ? `the base’s release, which ${base.image} does not name`
      : isDowngrade(input)
        ? `${base.series}, which ${target.series} does not know`
        : undefined;
  if (why === undefined) return;
  throw new RollgateError('invalid-plan', `${name} pins services to ${why}`, {
    kind: 'usage',
    hint: 'Take a choreography without a pin, or write one with { step: pin, release: … }.',
  });
}

function rpcDiffers({ rpc }: PlanInput): boolean {
  return rpc?.base !== undefined && rpc.target !== undefined && rpc.base !== rpc.target;
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
