import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { EventSink } from '../events/event.ts';
import { RollgateError } from '../errors.ts';
import type { Deployment } from '../lab/deployment.ts';
import type { Plan } from '../plan/plan.ts';
import { needsClient } from '../plan/checkpoints/needs-client.ts';
import { preparePlan, type PreparedPlan } from '../runs/prepare.ts';
import { scenarioInput } from '../scenario/write-scenario.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { mainApi } from '../scenario/topology/topology.ts';
import type { TopologyInput } from '../scenario/topology/topology.ts';
import { defaultSubject, loadReleases } from '../subject/registry.ts';
import { environmentFor } from '../runs/environment.ts';
import { randomLabName } from '../lab/random-name.ts';
import { deployBase } from '../runs/deploy-base.ts';
import { provision } from '../runs/provision.ts';
import { checkRunFolder, defaultDirectory, RunFolder, type RunResult } from '../runs/folder.ts';
import { runPlan } from '../runs/run-plan.ts';

export interface LabOptions {
  /**
   * The release to start at: a series of the catalogue, e.g. `2025.1`, `image:REF`, `dir:PATH`
   * with the subject's source, or `git:PATH@REF`.
   */
  readonly series: string;
  /** A name in lab/topologies, the path of a YAML file, or a topology; `2x2` unless told. */
  readonly topology?: string | TopologyInput;
  /** Unique on this container engine; drawn unless told. */
  readonly name?: string;
  /** Options of the subject's configuration by section, the same before and after an upgrade. */
  readonly config?: ScenarioInput['config'];
  /**
   * How it will be rolled: the load balancer's settings and the options that a choreography needs
   * are there from the start. `guide` unless told.
   */
  readonly choreography?: ScenarioInput['choreography'];
  /** How long a service may take from its start until it serves; 120 unless told. */
  readonly serveSeconds?: number;
  /** Lines that tell what is being set up. */
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface UpgradeOptions extends Pick<
  ScenarioInput,
  | 'choreography'
  | 'seed'
  | 'load'
  | 'durations'
  | 'faults'
  | 'checkpoints'
  | 'overlay'
  | 'script'
  | 'require'
  | 'thresholds'
> {
  /** The release to upgrade to, in the words of `LabOptions.series`. */
  readonly to: string;
  /** The run folder; one below `runs/` unless told. */
  readonly directory?: string;
  /** Gets the run's events as they happen. */
  readonly onEvent?: EventSink;
  readonly signal?: AbortSignal;
}

/**
 * A running lab, for a test:
 *
 * ```ts
 * await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
 * const { verdict } = await lab.upgrade({ to: '2026.1', choreography: 'guide' });
 * ```
 *
 * It is gone when it is disposed of, and when its process is.
 */
export class Lab implements AsyncDisposable {
  readonly #deployment: Deployment;
  readonly #options: LabOptions;
  #upgraded = false;
  readonly #disposed = new AbortController();

  private constructor(deployment: Deployment, options: LabOptions) {
    this.#deployment = deployment;
    this.#options = options;
  }

  /**
   * Sets up what is missing (as root: the container engine too; images), then brings a lab up.
   * @throws RollgateError `unknown-series`, `invalid-scenario`, `lab-exists`, `not-ready`,
   * `did-not-serve`, `image-build-failed`, `engine-unreachable`, …; nothing is left behind.
   */
  static async start(options: LabOptions): Promise<Lab> {
    const { plan } = await prepare(options, { to: options.series });
    const { onProgress, signal, name = randomLabName('lab') } = options;
    const engine = await provision({
      releases: [plan.base],
      overlays: plan.overlays,
      onProgress,
      signal,
    });
    const deployment = await deployBase(engine, plan, { name, onProgress, signal });
    return new Lab(deployment, options);
  }

  get name(): string {
    return this.#deployment.name;
  }

  /** `http://127.0.0.1:PORT` of an api service through the load balancer. Default: the main api. */
  endpoint(service?: string): string {
    return this.#deployment.endpoint(service ?? mainApi(this.#deployment.subject.shape));
  }

  /** The lab beneath, for what this class does not offer. */
  get deployment(): Deployment {
    return this.#deployment;
  }

  /**
   * Rolls the lab to another release under load, and judges how that went. A verdict that is
   * not to one's liking is a result, not an error.
   * @throws RollgateError `invalid-scenario`, `already-upgraded`, …
   */
  async upgrade(options: UpgradeOptions): Promise<RunResult> {
    if (this.#upgraded) {
      throw new RollgateError('already-upgraded', `lab ${this.name} was upgraded before`, {
        kind: 'usage',
        hint: 'start a lab for each upgrade: its plan begins at the base release',
      });
    }
    const prepared = await prepare(this.#options, options);
    const { plan } = prepared;
    const directory = resolve(options.directory ?? defaultDirectory(plan, new Date()));
    checkStart(this.#deployment, plan);
    await checkRunFolder(directory);
    await provision({
      releases: [plan.target],
      client: needsClient(plan),
      overlays: plan.overlays,
      onProgress: this.#options.onProgress,
      signal: options.signal,
    });
    this.#upgraded = true;
    const { signal: disposed } = this.#disposed;
    const result = await runPlan({
      folder: await RunFolder.create({
        plan,
        directory,
        scenario: scenarioInput(prepared),
        environment: await environmentFor(plan),
        secrets: this.#deployment.secrets,
        onEvent: options.onEvent,
      }),
      lab: this.#deployment,
      signal: options.signal === undefined ? disposed : AbortSignal.any([disposed, options.signal]),
    });
    disposed.throwIfAborted();
    return result;
  }

  /** Removes everything that belongs to the lab. */
  async down(): Promise<void> {
    this.#disposed.abort(
      new RollgateError('lab-gone', `lab ${this.name} was removed while it was being upgraded`, {
        kind: 'usage',
        hint: 'await the upgrade where the lab is: `return await lab.upgrade(…)`',
      }),
    );
    await this.#deployment.down();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }
}

/** @throws RollgateError `started-otherwise` if a plan needs what the lab did not start with. */
function checkStart(deployment: Deployment, plan: Plan): void {
  const { choreography, balancer, config, database } = plan;
  const same =
    isDeepStrictEqual(deployment.balancerSettings, balancer) &&
    isDeepStrictEqual(deployment.databaseOptions, database) &&
    isDeepStrictEqual(deployment.config, config);
  if (same) return;
  throw new RollgateError(
    'started-otherwise',
    `${choreography} needs a load balancer or options that lab ${deployment.name} did not start with`,
    { kind: 'usage', hint: `start it for that: Lab.start({ choreography: '${choreography}', … })` },
  );
}

async function prepare(lab: LabOptions, upgrade: UpgradeOptions): Promise<PreparedPlan> {
  const { to, seed, load, faults, checkpoints, overlay, script, require, thresholds } = upgrade;
  const { choreography = lab.choreography } = upgrade;
  const { config } = lab;
  const durations = {
    ...(lab.serveSeconds === undefined ? {} : { serveSeconds: lab.serveSeconds }),
    ...upgrade.durations,
  };
  return preparePlan({
    scenario: {
      name: 'upgrade',
      base: lab.series,
      target: to,
      ...(lab.topology === undefined ? {} : { topology: lab.topology }),
      ...(choreography === undefined ? {} : { choreography }),
      ...(seed === undefined ? {} : { seed }),
      ...(load === undefined ? {} : { load }),
      durations,
      ...(config === undefined ? {} : { config }),
      ...(faults === undefined ? {} : { faults }),
      ...(checkpoints === undefined ? {} : { checkpoints }),
      ...(overlay === undefined ? {} : { overlay }),
      ...(script === undefined ? {} : { script }),
      ...(thresholds === undefined ? {} : { thresholds }),
      ...(require === undefined ? {} : { require }),
    },
    shape: defaultSubject.shape,
    catalogue: await loadReleases(),
  });
}
