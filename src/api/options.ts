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
 */
export interface LabOptions extends Pick<
  ScenarioInput,
  'deployer' | 'configFor' | 'infrastructure' | 'database' | 'databaseDump' | 'overlay'
> {
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
  readonly signal?: AbortSignal;
}

/** How a lab is rolled to another release, under which load, and which result is required. */
export interface UpgradeOptions extends Pick<
  ScenarioInput,
  | 'seed'
  | 'load'
  | 'durations'
  | 'configTo'
  | 'faults'
  | 'checkpoints'
  | 'overlay'
  | 'script'
  | 'rules'
  | 'thresholds'
> {
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
  /** The tags that the verdict requires. Default: none, so that every tag is only measured. */
  readonly require?: ScenarioInput['require'];
  /** Compare the images before the roll: the verdict has the forecasts. Default: true. */
  readonly preflight?: boolean;
  /** The run folder. Default: a new one below `runs/`. */
  readonly directory?: string;
  /** Gets the run's events as they happen. */
  readonly onEvent?: EventSink;
  readonly signal?: AbortSignal;
}

/** The options of a lab and of its upgrade together. */
export interface LabRunOptions extends LabOptions, Omit<UpgradeOptions, keyof LabOptions> {
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
    Object.keys({ ...LAB_KEYS, ...UPGRADE_KEYS })
      .filter(
        (key) => !['name', 'setup', 'directory', 'onProgress', 'onEvent', 'signal'].includes(key),
      )
      .map((key) => [key, `write set: { ${key}: … }`]),
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
