import type { EventSink } from '../events/event.ts';
import { randomLabName } from '../lab/labels.ts';
import { runHops, type ScenarioResult } from '../runs/hops.ts';
import { checkChange, preparePlan } from '../runs/prepare.ts';
import type { Setup } from '../runs/provision.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { scenarioInput } from '../scenario/write-scenario.ts';
import { defaultSubject, planningFor, subjectNamed } from '../subject/registry.ts';
import { checkOptions, type CallOptions } from './check-options.ts';
import { inFull } from './in-full.ts';
import { NOT_OF_SCENARIOS } from './options.ts';
import { takePlace } from './places.ts';

export type { ScenarioResult };

/**
 * Which scenario is run, and how.
 *
 * ```ts
 * import type { RunScenarioOptions } from 'rollgate';
 *
 * export const options: RunScenarioOptions = {
 *   scenario: 'upgrade.yaml',
 *   set: { 'load.workload.rate': 0.5 },
 *   directory: 'runs/upgrade',
 * };
 * ```
 */
export interface RunScenarioOptions {
  /** A name in lab/scenarios, the path of a YAML file, or a scenario. */
  readonly scenario: string | ScenarioInput;
  /** The software under upgrade, e.g. `ironic`. Default: the scenario's, otherwise Heat. */
  readonly subject?: string;
  /** Values in place of the scenario's, by their path: `{ 'load.workload.rate': 0.5 }`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** The lab's name. Default: a random one. */
  readonly name?: string;
  /** The run folder. Default: a new one below `runs/`. */
  readonly directory?: string;
  /** Keep the lab when the run is over, for `Lab.attach` and `rollgate down`. */
  readonly keep?: boolean;
  /** Continue even if the base fails before anything is upgraded. Default: the run stops. */
  readonly goOn?: boolean;
  /** Compare the images before the lab starts: the verdict has the forecasts. Default: true. */
  readonly preflight?: boolean;
  /** See `LabOptions.setup`. */
  readonly setup?: Setup;
  /** Gets lines about the set-up and about waiting. */
  readonly onProgress?: (line: string) => void;
  /** Gets the run's events as they happen. */
  readonly onEvent?: EventSink;
  /** Ends the run when it is aborted; its folder is written, and the lab is removed. */
  readonly signal?: AbortSignal;
}

const KEYS = {
  scenario: true,
  subject: true,
  set: true,
  name: true,
  directory: true,
  keep: true,
  goOn: true,
  preflight: true,
  setup: true,
  onProgress: true,
  onEvent: true,
  signal: true,
} as const satisfies Record<keyof RunScenarioOptions, true>;

/** The options of `runScenario`. */
export const SCENARIO_CALL: CallOptions = {
  known: Object.keys(KEYS),
  needed: ['scenario'],
  elsewhere: NOT_OF_SCENARIOS,
  example: "For example: runScenario({ scenario: 'gentle' })",
};

/**
 * A whole run of a scenario, as in `rollgate run`: it starts the lab, upgrades it, judges the
 * upgrade and removes the lab. The verdict has the scenario's requirements.
 *
 * ```ts
 * import { assertVerdict, runScenario } from 'rollgate';
 *
 * const run = await runScenario({
 *   scenario: 'gentle',
 *   set: { 'durations.mixedSeconds': 10 },
 * });
 * assertVerdict(run).passes();
 * ```
 *
 * @throws RollgateError `invalid-scenario`, `unknown-scenario` with file, line and column; the
 * error that prevented the start of the lab, which is also in the run's folder.
 */
export async function runScenario(options: RunScenarioOptions): Promise<ScenarioResult> {
  return await inFull(() => runWhole(options));
}

async function runWhole(options: RunScenarioOptions): Promise<ScenarioResult> {
  checkOptions('runScenario', options, SCENARIO_CALL);
  const {
    scenario,
    set = {},
    name = randomLabName('run'),
    keep,
    goOn,
    preflight,
    ...rest
  } = options;
  const { directory, setup = 'images', onProgress, onEvent, signal } = rest;
  const named = options.subject ?? (typeof scenario === 'string' ? undefined : scenario.subject);
  const subject = named === undefined ? defaultSubject : subjectNamed(named);
  const prepared = await preparePlan({
    ...(await planningFor(subject)),
    scenario,
    overrides: Object.entries(set).map(([path, value]) => ({
      option: `set: ${path}`,
      path: path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
      value,
    })),
  });
  checkChange(prepared);
  const place = await takePlace({ onProgress, signal });
  try {
    const [result] = await runHops([{ plan: prepared.plan, scenario: scenarioInput(prepared) }], {
      name,
      directory,
      keep,
      goOn,
      preflight,
      setup,
      onProgress,
      onEvent,
      signal,
    });
    if (result === undefined) throw new Error('a plan without a result: a bug');
    return result;
  } finally {
    await place.free();
  }
}
