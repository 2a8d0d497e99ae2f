import { resolve } from 'node:path';
import { RollgateError } from '../errors.ts';
import { given } from '../given.ts';
import { attach } from '../lab/attach.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import { networkName, randomLabName } from '../lab/labels.ts';
import type { ClientFunction } from '../load/http/own-client.ts';
import { outsideEnvironment } from '../run/checkpoints/environment.ts';
import type { OwnWork } from '../run/own-work.ts';
import { checkedDump } from '../runs/database-dump.ts';
import { deployBase } from '../runs/deploy-base.ts';
import { checkRunFolder, type RunResult } from '../runs/folder/folder.ts';
import { openEngine, provision } from '../runs/provision.ts';
import { mainApi } from '../scenario/topology/topology.ts';
import { defaultSubject } from '../subject/registry.ts';
import { checkAttached, checkOptions } from './check-options.ts';
import { inFull } from './in-full.ts';
import { LabApi } from './lab-api.ts';
import { instanceNamed, LabService, statusesOf, type ServiceStatus } from './lab-service.ts';
import { MeasuredClient } from './measured-client.ts';
import { CALLS, type LabOptions, type LabRunOptions, type UpgradeOptions } from './options.ts';
import { takePlace, type LabPlace } from './places.ts';
import { prepareStart, prepareUpgrade } from './prepare-upgrade.ts';
import { upgradeLab } from './upgrade-lab.ts';

/** The owner of the token: the load's user, or the cloud's administrator. */
export interface As {
  /** Default: `user`. */
  readonly as?: 'user' | 'administrator';
}

/**
 * A running lab, for a test. It is removed when it is disposed of, and when its process ends for
 * any reason. A machine runs one lab for every two cores: `Lab.start` waits for a free place.
 *
 * ```ts
 * import { Lab, assertVerdict } from 'rollgate';
 *
 * await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
 * const run = await lab.upgrade({ to: '2026.1', choreography: 'guide' });
 * assertVerdict(run).proves('supports-rolling-upgrade');
 * ```
 */
export class Lab implements AsyncDisposable {
  readonly #deployment: Deployment;
  /** Set only if this process started the lab. */
  readonly #started: { readonly options: LabOptions; readonly place: LabPlace } | undefined;
  #upgraded = false;
  readonly #disposed = new AbortController();

  private constructor(deployment: Deployment, started?: { options: LabOptions; place: LabPlace }) {
    this.#deployment = deployment;
    this.#started = started;
  }

  /**
   * Waits for a free place on the machine, builds missing images, starts a lab.
   *
   * ```ts
   * import { Lab } from 'rollgate';
   *
   * const lab = await Lab.start({ series: '2025.1', topology: '1x1', onProgress: console.log });
   * try {
   *   console.log(await lab.services());
   * } finally {
   *   await lab.down();
   * }
   * ```
   *
   * @throws RollgateError `invalid-options`, `invalid-scenario`, `lab-exists`, `not-ready`,
   * `did-not-serve`, `image-missing`, `image-build-failed`, `engine-unreachable`, …; nothing is left
   * behind.
   */
  static async start(options: LabOptions): Promise<Lab> {
    return await inFull(async () => {
      checkOptions('Lab.start', options, CALLS['Lab.start']);
      return Lab.#start('Lab.start', options);
    });
  }

  static async #start(call: string, options: LabOptions): Promise<Lab> {
    const { plan } = await prepareStart(call, options);
    const { onProgress, signal, setup = 'images', name = randomLabName('lab') } = options;
    const place = await takePlace({ onProgress, signal });
    try {
      const { base, overlays } = plan;
      const engine = await provision({
        subject: defaultSubject,
        releases: [base],
        overlays,
        setup,
        onProgress,
        signal,
      });
      const givenDatabase = await checkedDump({ engine, plan, name, signal });
      const deployment = await deployBase(engine, plan, {
        name,
        givenDatabase,
        onProgress,
        signal,
      });
      return new Lab(deployment, { options, place });
    } catch (error) {
      await place.free();
      throw error;
    }
  }

  /**
   * Starts a lab, upgrades it, removes it: one run, with its verdict.
   *
   * ```ts
   * import { Lab, assertVerdict } from 'rollgate';
   *
   * const run = await Lab.run({ series: '2025.1', to: '2026.1', choreography: 'gentle' });
   * assertVerdict(run).loses({ requests: 0, stacks: 0 });
   * ```
   *
   * @throws RollgateError See `start` and `upgrade`.
   */
  static async run(options: LabRunOptions): Promise<RunResult> {
    return await inFull(() => Lab.#run(options));
  }

  static async #run(options: LabRunOptions): Promise<RunResult> {
    checkOptions('Lab.run', options, CALLS['Lab.run']);
    const { series, topology, name, config, serveSeconds, setup, onProgress, ...more } = options;
    const { deployer, configFor, infrastructure, database, databaseDump, ...upgrade } = more;
    const { to, choreography, overlay, signal } = options;
    // All options are checked before a lab starts.
    await prepareUpgrade('Lab.run', options, options);
    if (options.directory !== undefined) await checkRunFolder(resolve(options.directory));
    const settings = { deployer, configFor, infrastructure, database, databaseDump, overlay };
    const started = { topology, name, config, serveSeconds, setup, onProgress, to, ...settings };
    await using lab = await Lab.#start('Lab.run', {
      series,
      ...given({ ...started, choreography, signal }),
    });
    return await lab.#upgrade('Lab.run', upgrade, {});
  }

  /**
   * A lab that another process started, e.g. `rollgate up`. Disposing of it does not remove it, and
   * this process cannot upgrade it.
   *
   * ```ts
   * import { Lab } from 'rollgate';
   *
   * await using lab = await Lab.attach('lab');
   * console.log(await lab.services(), await lab.env());
   * ```
   *
   * @throws RollgateError `invalid-name`, `no-such-lab`, `lab-incomplete`, `engine-unreachable`.
   */
  static async attach(name: string): Promise<Lab> {
    return await inFull(async () => {
      checkAttached(name);
      return new Lab(await attach(await openEngine(), name));
    });
  }

  /** The lab's name, for `Lab.attach` and for `--name` of the command line. */
  get name(): string {
    return this.#deployment.name;
  }

  /**
   * The network of the lab's containers, for your own containers. In it, HAProxy is `haproxy` and
   * Keystone is `keystone`. Containers with `labels` are removed with the lab.
   */
  get network(): string {
    return networkName(this.name);
  }

  /**
   * Labels on everything in the lab. Your own container with these labels is removed with the lab.
   */
  get labels(): Readonly<Record<string, string>> {
    return this.#deployment.labels;
  }

  /**
   * `http://127.0.0.1:PORT` of an api service through the load balancer, `https` in a lab with TLS.
   * Default: the main api.
   */
  endpoint(service?: string): string {
    return this.#deployment.endpoint(service ?? mainApi(this.#deployment.subject.shape));
  }

  /** The underlying lab, for features that this class lacks. Its members may change. */
  get deployment(): Deployment {
    return this.#deployment;
  }

  /**
   * One of its services, e.g. `node1/heat-engine`.
   *
   * @throws RollgateError `no-such-service` with the names of the lab's services.
   */
  service(name: string): LabService {
    return new LabService(this.#deployment, instanceNamed(this.#deployment.instances, name));
  }

  /** The services and their releases at this moment. */
  services(): Promise<readonly ServiceStatus[]> {
    return statusesOf(this.#deployment);
  }

  /** The variables that an OpenStack client on this machine takes: `OS_AUTH_URL`, … */
  async env({ as = 'user' }: As = {}): Promise<Readonly<Record<string, string>>> {
    return (await outsideEnvironment(this.#deployment, as)).environment;
  }

  /** An `X-Auth-Token`, and the id of its project. */
  async token({ as = 'user' }: As = {}): Promise<{
    readonly id: string;
    readonly projectId: string;
  }> {
    return (await outsideEnvironment(this.#deployment, as)).token;
  }

  /** A client of the subject's API, with a token and the project's path. */
  async api({ as = 'user' }: As = {}): Promise<LabApi> {
    const { token, endpoint } = await outsideEnvironment(this.#deployment, as);
    const { origin, pathname } = new URL(endpoint);
    const { tls } = this.#deployment;
    return new LabApi({ origin, tls, prefix: pathname, token: token.id });
  }

  /**
   * Upgrades the lab to another release under load, and judges the upgrade. A failed verdict is
   * returned, not thrown.
   *
   * @throws RollgateError `invalid-options`, `invalid-scenario`, `invalid-plan`,
   * `started-otherwise`, `already-upgraded`, …
   * @throws The error of `options.roll`, if it is not one of rollgate's.
   */
  async upgrade(options: UpgradeOptions): Promise<RunResult> {
    return await inFull(async () => {
      checkOptions('lab.upgrade', options, CALLS['lab.upgrade']);
      return this.#upgrade('lab.upgrade', options, {});
    });
  }

  /**
   * The same, with your own client measured while the load runs: see `MeasuredClient`.
   *
   * @throws The error that the client threw before the load ended, once the run's folder is
   * written.
   */
  async during(
    measured: (client: MeasuredClient) => Promise<void>,
    options: UpgradeOptions,
  ): Promise<RunResult> {
    return await inFull(() => this.#during(measured, options));
  }

  async #during(
    measured: (client: MeasuredClient) => Promise<void>,
    options: UpgradeOptions,
  ): Promise<RunResult> {
    checkOptions('lab.during', options, CALLS['lab.upgrade']);
    const { token, endpoint, environment } = await outsideEnvironment(this.#deployment, 'user');
    const thrown: unknown[] = [];
    const client: ClientFunction = async (own) => {
      try {
        await measured(new MeasuredClient(own, { endpoint, token: token.id, env: environment }));
      } catch (error) {
        if (!own.signal.aborted) thrown.push(error);
      }
    };
    const result = await this.#upgrade('lab.during', options, { client });
    if (thrown.length > 0) throw thrown[0];
    return result;
  }

  async #upgrade(call: string, options: UpgradeOptions, own: OwnWork): Promise<RunResult> {
    const started = this.#mayUpgrade();
    return upgradeLab(this.#deployment, {
      call,
      started,
      options,
      own,
      disposed: this.#disposed.signal,
      onBegin: () => (this.#upgraded = true),
    });
  }

  #mayUpgrade(): LabOptions {
    if (this.#started === undefined) {
      throw new RollgateError('not-started-here', `lab ${this.name} was started elsewhere`, {
        kind: 'usage',
        hint: 'Upgrade a lab that Lab.start started: its plan begins with the options of Lab.start.',
      });
    }
    if (this.#upgraded) {
      throw new RollgateError('already-upgraded', `lab ${this.name} was upgraded before`, {
        kind: 'usage',
        hint: 'Start a lab for each upgrade: its plan begins at the base release',
      });
    }
    return this.#started.options;
  }

  /** Removes everything that belongs to the lab, even if this process only attached to it. */
  async down(): Promise<void> {
    this.#disposed.abort(
      new RollgateError('lab-gone', `lab ${this.name} was removed while it was being upgraded`, {
        kind: 'usage',
        hint: 'Await the upgrade where the lab is: `return await lab.upgrade(…)`',
      }),
    );
    await this.#deployment.down();
    if (this.#started === undefined) return;
    await this.#started.place.free();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#started !== undefined) await this.down();
  }
}
