import type { DataPath } from '../document/problem.ts';
import type { EventSink } from '../events/event.ts';
import type { ChoreographyName } from '../plan/choreographies/registry.ts';
import type { Setup } from '../runs/provision.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import type { TopologyInput } from '../scenario/topology/topology.ts';
import type { CallOptions } from './check-options.ts';
import type { RollingLab } from './rolling-lab.ts';

/** A choreography that a program writes itself: see docs/choreographies.md. */
export type WrittenChoreography = Exclude<ScenarioInput['choreography'], string | undefined>;

/**
 * How a lab starts. Keys of a scenario have the same meaning as there: see docs/scenario.md.
 *
 * ```ts
 * import type { LabOptions } from 'rollgate';
 *
 * export const options: LabOptions = {
 *   series: '2025.1',
 *   topology: '2x2',
 *   deployer: 'kolla-ansible',
 *   config: { DEFAULT: { num_engine_workers: 2 } },
 * };
 * ```
 */
export interface LabOptions {
  /**
   * The release to start at: a series of the catalogue, e.g. `2025.1`, `image:REF`, `dir:PATH`
   * with the subject's source, or `git:PATH@REF`.
   */
  readonly series: string;
  /**
   * The release that the lab will be upgraded to. Set it if `deployer` has other settings for that
   * release: the load balancer has those from the start. Default: `series`.
   */
  readonly to?: string;
  /** A name in lab/topologies, the path of a YAML file, or a topology. Default: `2x2`. */
  readonly topology?: string | TopologyInput;
  /** Unique on this container engine. Default: a random name. */
  readonly name?: string;
  /** Options of the subject's configuration by section, the same before and after an upgrade. */
  readonly config?: ScenarioInput['config'];
  /** The same for some services only, with files and environment variables of theirs. */
  readonly configFor?: ScenarioInput['configFor'];
  /**
   * The deployment project whose settings the lab has, e.g. `kolla-ansible`, or the path of a
   * profile of your own. Default: the choreography's.
   */
  readonly deployer?: ScenarioInput['deployer'];
  /** The Debian suite of RabbitMQ, MariaDB, Keystone, HAProxy or memcached, e.g. `trixie`. */
  readonly infrastructure?: ScenarioInput['infrastructure'];
  /** Options of MariaDB's server. */
  readonly database?: ScenarioInput['database'];
  /** The path of a dump that the lab's database begins with: `.sql` or `.sql.gz`. */
  readonly databaseDump?: ScenarioInput['databaseDump'];
  /** Source that is laid over the base, in `base`: patches, or packages by import name. */
  readonly overlay?: ScenarioInput['overlay'];
  /**
   * How it will be rolled: the load balancer's settings and the options that a choreography needs
   * apply from the start. Default: `guide`.
   */
  readonly choreography?: ChoreographyName | WrittenChoreography;
  /** How long a service may take from its start until it serves. Default: 120. */
  readonly serveSeconds?: number;
  /**
   * What rollgate may set up if it is missing. `images`, the default: it builds images. `none`: a
   * missing part is an error with the command that makes it. `all`: it also installs and starts a
   * container engine, if this user may.
   */
  readonly setup?: Setup;
  /** Gets lines about the set-up and about waiting. */
  readonly onProgress?: (line: string) => void;
  /** Ends the start when it is aborted; nothing is left behind. */
  readonly signal?: AbortSignal;
}

/**
 * How a lab is rolled to another release, under which load, and which result is required.
 *
 * ```ts
 * import type { UpgradeOptions } from 'rollgate';
 *
 * export const options: UpgradeOptions = {
 *   to: '2026.1',
 *   choreography: 'gentle',
 *   load: { workload: { rate: 0.5 } },
 *   thresholds: { api_failed: 'count==0' },
 * };
 * ```
 */
export interface UpgradeOptions {
  /** The release to upgrade to, in the same form as `LabOptions.series`. */
  readonly to: string;
  /** Default: the choreography that the lab was started for. */
  readonly choreography?: ChoreographyName | WrittenChoreography;
  /**
   * Rolls the lab itself, call by call, in place of a choreography. Each call is a step with its
   * own events, and is refused if the lab cannot carry it out. An error of this function fails the
   * run; `upgrade` throws it once the run's folder is written.
   */
  readonly roll?: (lab: RollingLab) => Promise<void>;
  /** Fixes every random choice. Default: a random seed, which the verdict names. */
  readonly seed?: ScenarioInput['seed'];
  /** The requests and stacks of the load, also your own: see docs/own-traffic.md. */
  readonly load?: ScenarioInput['load'];
  /** How long each part of the run takes, in seconds. */
  readonly durations?: ScenarioInput['durations'];
  /** Options of the subject's configuration that only the new release gets. */
  readonly configTo?: ScenarioInput['configTo'];
  /** Faults that are injected during the roll: see docs/faults.md. */
  readonly faults?: ScenarioInput['faults'];
  /** Your own checks at points of the roll: see docs/checkpoints.md. */
  readonly checkpoints?: ScenarioInput['checkpoints'];
  /** Source that is laid over the target, in `target`: patches, or packages by import name. */
  readonly overlay?: ScenarioInput['overlay'];
  /** The program that rolls the lab, for `choreography: 'script'`. */
  readonly script?: ScenarioInput['script'];
  /** Orders that the roll must keep: see docs/order-rules.md. */
  readonly rules?: ScenarioInput['rules'];
  /** Limits of metrics, e.g. `{ api_failed: 'count==0' }`: see docs/thresholds.md. */
  readonly thresholds?: ScenarioInput['thresholds'];
  /** The tags that the verdict requires. Default: none, so that every tag is only measured. */
  readonly require?: ScenarioInput['require'];
  /** Compare the images before the roll: the verdict has the forecasts. Default: true. */
  readonly preflight?: boolean;
  /** The run folder. Default: a new one below `runs/`. */
  readonly directory?: string;
  /** Gets the run's events as they happen. */
  readonly onEvent?: EventSink;
  /** Ends the upgrade when it is aborted; the run's folder is written. */
  readonly signal?: AbortSignal;
}

/**
 * The options of a lab and of its upgrade together.
 *
 * ```ts
 * import type { LabRunOptions } from 'rollgate';
 *
 * export const options: LabRunOptions = { series: '2025.1', to: '2026.1', choreography: 'gentle' };
 * ```
 */
export interface LabRunOptions extends LabOptions, Omit<UpgradeOptions, keyof LabOptions> {
  /** The release to upgrade to. */
  readonly to: string;
}

const LAB_KEYS = {
  series: true,
  to: true,
  deployer: true,
  configFor: true,
  infrastructure: true,
  database: true,
  databaseDump: true,
  overlay: true,
  topology: true,
  name: true,
  config: true,
  choreography: true,
  serveSeconds: true,
  setup: true,
  onProgress: true,
  signal: true,
} as const satisfies Record<keyof LabOptions, true>;

const UPGRADE_KEYS = {
  to: true,
  choreography: true,
  roll: true,
  seed: true,
  load: true,
  durations: true,
  configTo: true,
  faults: true,
  checkpoints: true,
  overlay: true,
  script: true,
  rules: true,
  thresholds: true,
  require: true,
  preflight: true,
  directory: true,
  onEvent: true,
  signal: true,
} as const satisfies Record<keyof UpgradeOptions, true>;

type Elsewhere = Readonly<Record<string, string>>;

function takenBy(call: string, keys: readonly string[], but: object = {}): Elsewhere {
  const others = keys.filter((key) => !Object.hasOwn(but, key));
  return Object.fromEntries(others.map((key) => [key, `${call} takes it`]));
}

const ONLY_OF_SCENARIOS = takenBy('runScenario', ['scenario', 'subject', 'set', 'keep', 'goOn']);

/** Options of a lab and of its upgrade, for a caller of `runScenario`. */
export const NOT_OF_SCENARIOS: Elsewhere = {
  ...Object.fromEntries(
    Object.keys({ ...LAB_KEYS, ...UPGRADE_KEYS }).map((key) => [key, `write set: { ${key}: … }`]),
  ),
  series: 'write set: { base: … }',
  to: 'write set: { target: … }',
  serveSeconds: "write set: { 'durations.serveSeconds': … }",
  roll: 'Lab.run takes it',
};

/** The options of each call. The scenario's schema checks the rest. */
export const CALLS = {
  'Lab.start': {
    known: Object.keys(LAB_KEYS),
    needed: ['series'],
    elsewhere: {
      ...ONLY_OF_SCENARIOS,
      ...takenBy('lab.upgrade', Object.keys(UPGRADE_KEYS), LAB_KEYS),
    },
    example: "For example: Lab.start({ series: '2025.1' })",
  },
  'lab.upgrade': {
    known: Object.keys(UPGRADE_KEYS),
    needed: ['to'],
    elsewhere: {
      ...ONLY_OF_SCENARIOS,
      ...takenBy('Lab.start', Object.keys(LAB_KEYS), UPGRADE_KEYS),
    },
    example: "For example: lab.upgrade({ to: '2026.1', choreography: 'guide' })",
  },
  'Lab.run': {
    known: Object.keys({ ...LAB_KEYS, ...UPGRADE_KEYS }),
    needed: ['series', 'to'],
    elsewhere: ONLY_OF_SCENARIOS,
    example: "For example: Lab.run({ series: '2025.1', to: '2026.1' })",
  },
} as const satisfies Readonly<Record<string, CallOptions>>;

/** Maps a path in the scenario back to the option that the caller wrote. */
export function pathInOptions(
  call: string,
  [head, ...rest]: DataPath,
  { to }: { readonly to?: string | undefined } = {},
): DataPath {
  // A lab that only starts is planned as an upgrade to its own release.
  const onlyStarts = call === 'Lab.start' || call === 'sharedLab';
  const target = onlyStarts && to === undefined ? 'series' : 'to';
  const own: Readonly<Record<string, string>> = { base: 'series', target };
  if (head === undefined) return [];
  if (head === 'durations' && rest[0] === 'serveSeconds') return rest;
  return [own[head] ?? head, ...rest];
}
