import { RollgateError } from '../errors.ts';
import type { Choreography } from '../plan/draft.ts';
import { isReconfiguration, type Plan } from '../plan/plan.ts';
import { plan, type PlanInput } from '../plan/planner.ts';
import { releaseLabel, type Side } from '../release/release.ts';
import type { ReleaseCatalogue } from '../release/resolve.ts';
import { resolveWithOverlay, type ResolvedRelease } from '../release/source/resolve-overlay.ts';
import {
  IMAGE_OF_TARGET,
  SAME_AS_BASE,
  type BaseSpec,
  type ReleaseSpec,
  type TargetSpec,
} from '../release/spec.ts';
import { ALL, mergeConfig } from '../scenario/config.ts';
import { loadDeployers } from '../scenario/deployer/shipped.ts';
import {
  loadScenario,
  makeScenario,
  type LoadedScenario,
  type ScenarioContext,
} from '../scenario/read-scenario.ts';
import type { Scenario, ScenarioInput } from '../scenario/schema.ts';
import type { SubjectShape, Topology } from '../scenario/topology/topology.ts';
import { vocabularyOf } from './vocabulary.ts';

export interface PlanRequest extends Omit<ScenarioContext, 'vocabulary' | 'random' | 'topology'> {
  /** A scenario's name or path, or the scenario itself. */
  readonly scenario: string | ScenarioInput;
  readonly shape: SubjectShape;
  readonly catalogue: ReleaseCatalogue;
  /** The choreographies of the subject. Default: all. */
  readonly choreographies?: readonly Choreography[] | undefined;
  /** Known releases, which replace those that the scenario names. */
  readonly resolved?: Partial<Readonly<Record<Side, ResolvedRelease>>> | undefined;
  /** Uniform in [0, 1): draws the seed of a scenario that has none. */
  readonly random?: (() => number) | undefined;
  /** A function of the caller rolls the lab. */
  readonly rolledByFunction?: boolean | undefined;
  /** The lab as a previous upgrade left it. Default: a new one of the scenario's topology. */
  readonly standing?: Standing | undefined;
}

/** The state of a lab when a plan begins on it. */
export interface Standing {
  readonly topology: Topology;
  /** The broker vhost of all services. */
  readonly vhost: string;
}

export interface PreparedPlan extends LoadedScenario {
  readonly plan: Plan;
  /** The scenario names no base of its own: it is the release below the target. */
  readonly baseFollows: boolean;
}

/**
 * From a user's input to the plan: the scenario is read and checked, its releases are looked up,
 * source trees are read. Nothing is started and no container engine is asked.
 *
 * @throws RollgateError of kind `usage`.
 */
export async function preparePlan(request: PlanRequest): Promise<PreparedPlan> {
  const { shape, catalogue, random = Math.random, overrides, cwd, lab, standing } = request;
  const deployers = await loadDeployers(shape, lab);
  const vocabulary = vocabularyOf(shape, catalogue.series, deployers, request.choreographies);
  const context: ScenarioContext = {
    vocabulary,
    random,
    overrides,
    cwd,
    lab,
    topology: standing?.topology,
    caller: request.caller,
  };
  const loaded =
    typeof request.scenario === 'string'
      ? await loadScenario(request.scenario, context)
      : await makeScenario(request.scenario, context);
  const { topology, seed, placeOf } = loaded;
  const { base, target, ...known } = await releasesOf(loaded.scenario, request);
  const named = { ...loaded.scenario, base: base.spec, target: target.spec };
  const scenario = standing === undefined ? named : withoutFirstHop(named);
  return {
    ...loaded,
    scenario,
    baseFollows: loaded.scenario.base.kind === IMAGE_OF_TARGET,
    plan: plan({
      scenario,
      topology,
      base: base.release,
      target: target.release,
      ...known,
      seed,
      deployers,
      baseVhost: standing?.vhost ?? shape.baseVhost,
      shape,
      choreographies: request.choreographies,
      placeOf,
      rolledByFunction: request.rolledByFunction,
      continues: standing !== undefined,
      catalogueSeries: catalogue.series,
    }),
  };
}

/**
 * A scenario after its first hop: infrastructure is swapped, and the options that were the target's
 * are those of all services.
 */
function withoutFirstHop(scenario: Scenario): Scenario {
  const { config, configTo, configFor } = scenario;
  return {
    ...scenario,
    infrastructure: {},
    config: mergeConfig(config, configTo),
    configTo: {},
    configFor: configFor.flatMap((one) => {
      const [side, kind = ALL] = one.on.split('/');
      if (side === 'base') return [];
      return side === 'target' ? [{ ...one, on: kind }] : [one];
    }),
  };
}

/**
 * For a command that runs the plan, or forecasts it. A restart of one release is refused if the
 * scenario is there to try a change, as `change` is.
 *
 * @throws RollgateError `no-change`.
 */
export function checkChange({ plan: made, baseFollows }: PreparedPlan): void {
  if (!baseFollows || !made.restart || isReconfiguration(made)) return;
  const label = releaseLabel(made.target);
  throw new RollgateError(
    'no-change',
    `${made.scenario}: base and target are both ${label}, so there is no change to try`,
    {
      kind: 'usage',
      hint: `Name your change: --to dir:PATH, or --to ${label} --patch FILE. For a restart without a change: --from ${label} --to ${label}.`,
    },
  );
}

/** A release of a plan, and its name. */
interface NamedRelease extends ResolvedRelease {
  readonly spec: ReleaseSpec;
}

/** Base and target of a scenario, and the facts of the catalogue about them. */
async function releasesOf(
  { subject, base: writtenBase, target: writtenTarget, overlay }: Scenario,
  { catalogue, cwd = process.cwd(), resolved: given }: PlanRequest,
): Promise<
  Readonly<Record<Side, NamedRelease>> & Pick<PlanInput, 'overlays' | 'rpc' | 'series' | 'skips'>
> {
  const sources = { subject, catalogue, imageSeries: overlay.image, cwd };
  const resolved = async (side: Side, spec: ReleaseSpec): Promise<NamedRelease> => ({
    ...(given?.[side] ?? (await resolveWithOverlay(spec, overlay[side], sources))),
    spec,
  });
  const target = await resolved(
    'target',
    concreteTarget({ base: writtenBase, target: writtenTarget }),
  );
  const base = await resolved('base', concreteBase(writtenBase, target, catalogue));
  const rpcOf = ({ spec }: NamedRelease): string | undefined =>
    spec.kind === 'series' ? catalogue.release(spec.series).workerRpc : undefined;
  // A user's image has no series, so the newest is assumed.
  const seriesOf = ({ spec, overlay }: NamedRelease): string =>
    spec.kind === 'series' ? spec.series : (overlay?.series ?? catalogue.series.at(-1) ?? '');
  return {
    base,
    target,
    overlays: [base, target].flatMap(({ overlay }) => overlay ?? []),
    rpc: { base: rpcOf(base), target: rpcOf(target) },
    series: { base: seriesOf(base), target: seriesOf(target) },
    skips: catalogue.slurpsBetween?.(base.release.series, target.release.series) ?? [],
  };
}

/**
 * The target that a scenario names, or its base.
 *
 * @throws RollgateError `no-base` if each refers to the other.
 */
function concreteTarget({
  base,
  target,
}: {
  readonly base: BaseSpec;
  readonly target: TargetSpec;
}): ReleaseSpec {
  if (target.kind !== SAME_AS_BASE) return target;
  if (base.kind !== IMAGE_OF_TARGET) return base;
  throw new RollgateError('no-base', 'base and target each name the other', {
    kind: 'usage',
    hint: 'Name one of them: --from RELEASE or --to RELEASE.',
  });
}

/**
 * The base that a scenario names, or the release below the target.
 *
 * @throws RollgateError `no-base` for an image, whose release is unknown.
 */
function concreteBase(
  spec: BaseSpec,
  { release, overlay }: ResolvedRelease,
  catalogue: ReleaseCatalogue,
): ReleaseSpec {
  if (spec.kind !== IMAGE_OF_TARGET) return spec;
  const series = overlay?.series ?? release.series;
  if (catalogue.series.includes(series)) return { kind: 'series', series };
  throw new RollgateError(
    'no-base',
    `the target ${release.image} does not name the release below it`,
    {
      kind: 'usage',
      hint: `Name the base: --from ${catalogue.series.join('|')}.`,
    },
  );
}
