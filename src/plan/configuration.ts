import type { Side } from '../release/release.ts';
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
import { servicesOf, type SubjectShape, type Topology } from '../scenario/topology/topology.ts';
import { deployerOf, type Deployer } from './deployer.ts';
import type { Choreography } from './draft.ts';
import type { Plan, PlannedDeployer } from './plan.ts';

/** The part of a plan's input that determines options. */
export interface ConfigurationInput {
  readonly scenario: Scenario;
  /** The known deployers. */
  readonly deployers: readonly DeployerProfile[];
  /**
   * The series that selects a deployer's release, also for releases outside the catalogue.
   */
  readonly series: Readonly<Record<Side, string>>;
  readonly shape: SubjectShape;
  readonly topology: Topology;
  /** Whether a hop before this one has switched the choreography's options on. */
  readonly continues?: boolean | undefined;
}

/** The options without which a choreography cannot keep its promise. */
function configOf({ config = {} }: Choreography, shape: SubjectShape): Config {
  return typeof config === 'function' ? config(shape) : config;
}

/**
 * The scenario's deployer, otherwise the one that the choreography comes from.
 *
 * @throws RollgateError `invalid-plan` for a release older than the deployer's oldest.
 */
export function deployerFor(
  choreography: Choreography,
  {
    scenario,
    deployers,
    series,
    topology,
  }: Pick<ConfigurationInput, 'scenario' | 'deployers' | 'series' | 'topology'>,
): Deployer | undefined {
  const {
    name,
    profile: own,
    vcpus = VCPUS,
  } = scenario.deployer ?? { name: choreography.deployer };
  const profile = own ?? deployers.find((one) => one.name === name);
  return profile === undefined
    ? undefined
    : deployerOf(profile, series, {
        vcpus,
        servers: topology,
        services: new Set(servicesOf(topology).map(({ kind }) => kind)),
      });
}

/**
 * The choreography's options come first, so that the deployer's settings override them, and the
 * scenario's come last. The scenario's options for all services do not override the deployer's
 * options for some services.
 */
export function configurationOf(
  choreography: Choreography,
  deployer: Deployer | undefined,
  {
    scenario,
    shape,
    continues = false,
  }: Pick<ConfigurationInput, 'scenario' | 'shape' | 'continues'>,
): Pick<Plan, 'config' | 'configFor'> {
  const config = mergeConfig(configOf(choreography, shape), deployer?.config ?? {});
  const switched = atTarget(choreography.configTo);
  const scoped = [
    ...(continues ? switched.map((one) => ({ ...one, on: ALL })) : switched),
    ...(deployer?.configFor ?? []),
  ];
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

/** The options that a choreography switches on, and that the base has by its deployer or scenario. */
export function alreadyAtBase(
  { configTo = {} }: Pick<Choreography, 'configTo'>,
  { config, configFor }: Pick<Plan, 'config' | 'configFor'>,
  topology: Topology,
): readonly string[] {
  const changed = differencesBetweenSides(config, configFor, topology);
  const switched = Object.entries(configTo).flatMap(([section, options]) =>
    Object.keys(options).map((option) => `${section}.${option}`),
  );
  return switched.filter((option) => !changed.includes(option));
}

/** A deployer's change does not count as a change of the scenario. */
export function changesIn(
  { config, configFor }: Pick<Plan, 'config' | 'configFor'>,
  deployer: Deployer | undefined,
  topology: Topology,
): readonly string[] {
  const its = deployer?.changes ?? [];
  return differencesBetweenSides(config, configFor, topology).filter((name) => !its.includes(name));
}

export function plannedDeployer({ name, releases, vcpus, changes }: Deployer): PlannedDeployer {
  return { name, releases, vcpus, changes };
}
