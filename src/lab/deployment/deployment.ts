import type { ContainerSpec, StoppedContainer } from '../../containers/port.ts';
import { RollgateError } from '../../errors.ts';
import { AUTHORITY_FILE, authorityVolumes } from '../../infra/authority.ts';
import type { ServerName } from '../../infra/infrastructure.ts';
import type { BalancerSettings } from '../../plan/balancer.ts';
import type { DatabaseOptions } from '../../plan/deployer.ts';
import type { ReleaseRef } from '../../release/release.ts';
import { configOf, mergeConfig, type Config, type ScopedConfig } from '../../scenario/config.ts';
import { allServers, type InfrastructureUpgrade } from '../../scenario/topology/infrastructure.ts';
import type { InstanceName, ServiceInstance, Topology } from '../../scenario/topology/topology.ts';
import type { Serving } from '../../subject/subject.ts';
import { removeAuthorityFile } from '../authority-file.ts';
import { KEPT, LAB, networkName, serviceLabels, sharedVolumeName } from '../labels.ts';
import { pauseLab, type PauseRecord } from '../pause.ts';
import { answerNoMore } from '../reaper/reaper.ts';
import { serverSpec, serviceSpec } from '../specs.ts';
import { LabInfrastructure, type SwapOptions } from './lab-infrastructure.ts';
import { runMigration } from './migration.ts';
import type { LoadedDatabase } from './own-database.ts';
import {
  ReachableLab,
  type Placed,
  type PlacedMigration,
  type ReachableLabOptions,
} from './reachable-lab.ts';
import { awaitServing, type ServingOptions } from './serving.ts';

export interface DeploymentOptions extends ReachableLabOptions {
  /** Options of the subject's configuration. */
  readonly config?: Config | undefined;
  /** The same for some services only. */
  readonly configFor?: readonly ScopedConfig[] | undefined;
  /** The load balancer's settings. Default: the lab's own. */
  readonly balancerSettings?: BalancerSettings | undefined;
  /** Options of MariaDB's server; the image's own if there are none. */
  readonly databaseOptions?: DatabaseOptions | undefined;
  /**
   * Infrastructure that will be swapped: its data outlives its container. Default: none.
   */
  readonly infrastructureUpgrades?: readonly InfrastructureUpgrade[] | undefined;
}

/** How long a service's container may take to start; waiting until it serves is separate. */
const START_SECONDS = 60;

/** A lab's containers, and the actions on each. */
export class Deployment extends ReachableLab {
  #config: Config;
  /** The release whose messages and records newly started services must use. */
  #pinned: string | undefined;
  readonly configFor: readonly ScopedConfig[];
  readonly balancerSettings: BalancerSettings | undefined;
  readonly databaseOptions: DatabaseOptions | undefined;
  readonly infrastructureUpgrades: readonly InfrastructureUpgrade[];
  /** The initial database. Default: an empty one. */
  loaded: LoadedDatabase | undefined;
  /** How long the lab's first services took from their start until they served, in seconds. */
  readonly firstStarts = new Map<InstanceName, number>();
  readonly #infrastructure: LabInfrastructure;

  constructor(options: DeploymentOptions) {
    super(options);
    this.#config = options.config ?? {};
    this.configFor = options.configFor ?? [];
    this.balancerSettings = options.balancerSettings;
    this.databaseOptions = options.databaseOptions;
    this.infrastructureUpgrades = options.infrastructureUpgrades ?? [];
    this.#infrastructure = new LabInfrastructure({
      engine: this.engine,
      name: this.name,
      labels: this.labels,
      ports: this.ports,
      upgrades: this.infrastructureUpgrades,
      servers: allServers(this.topology),
      specOf: (server) => serverSpec(this, server, this.subject.shape.baseVhost),
      secrets: this.secrets,
    });
  }

  /**
   * The same lab with other services, because some were replaced, or with other options for
   * services that start from now on.
   */
  with({
    topology = this.topology,
    configFor = this.configFor,
  }: {
    readonly topology?: Topology | undefined;
    readonly configFor?: readonly ScopedConfig[] | undefined;
  }): Deployment {
    const { engine, subject, name, secrets, balancerSettings, databaseOptions } = this;
    const same = { engine, subject, name, secrets, configFor, balancerSettings, databaseOptions };
    const { infrastructureUpgrades } = this;
    const own = {
      owner: this.owner,
      ports: this.ports,
      config: this.#config,
      infrastructureUpgrades,
      authority: this.authority,
    };
    const lab = new Deployment({ ...same, ...own, topology });
    lab.loaded = this.loaded;
    for (const [name, seconds] of this.firstStarts) lab.firstStarts.set(name, seconds);
    return lab;
  }

  /** Options of the subject's configuration for services that start now. */
  get config(): Config {
    const pinned = this.#pinned;
    if (pinned === undefined) return this.#config;
    const { subject } = this;
    if (subject.pin === undefined) {
      throw new RollgateError(
        'no-pin',
        `${subject.shape.title} has no option that pins a release`,
        {
          kind: 'usage',
          hint: 'Take another choreography.',
        },
      );
    }
    return mergeConfig(this.#config, subject.pin(pinned));
  }
  /** Starts an infrastructure server and remembers its ports. */
  async startInfrastructure(server: ServerName, signal?: AbortSignal): Promise<void> {
    await this.#infrastructure.start(server, signal);
    if (server === 'haproxy') await this.#learnAuthority();
  }

  async #learnAuthority(): Promise<void> {
    if (this.topology.tls !== true) return;
    const container = this.infrastructure('haproxy');
    this.authority = await this.engine.readFile(container, AUTHORITY_FILE);
  }

  /** Waits until an infrastructure server may be stopped, see `LabInfrastructure.awaitSpare`. */
  awaitSpare(server: ServerName, signal: AbortSignal): Promise<void> {
    return this.#infrastructure.awaitSpare(server, signal);
  }

  /**
   * Replaces an infrastructure server with that of another image, see `LabInfrastructure.swap`.
   * @throws RollgateError `not-ready` with its last lines.
   */
  swapInfrastructure(server: ServerName, image: string, options: SwapOptions): Promise<void> {
    return this.#infrastructure.swap(server, image, options);
  }

  /** Learns the ports, and the authority, of a lab that another process started. */
  async findPorts(): Promise<void> {
    const present = this.subject.shape.services.filter(({ name }) =>
      this.instances.some(({ kind }) => kind === name),
    );
    await this.#infrastructure.find(present.flatMap(({ port }) => port ?? []));
    await this.#learnAuthority();
  }

  /**
   * Migrates the schema with the code of a release, in a separate container.
   * @returns Its output.
   * @throws RollgateError `migration-failed` with the last lines of its output.
   */
  migrate(release: ReleaseRef, placed: PlacedMigration, signal?: AbortSignal): Promise<string> {
    return runMigration(this, this.subject.migrateCommand, release, placed, signal);
  }

  /**
   * Migrates the data online, in a separate container.
   * @returns Its output.
   * @throws RollgateError `no-data-migration`; `migration-failed` with the last lines of its output.
   */
  async migrateData(
    release: ReleaseRef,
    placed: PlacedMigration,
    signal?: AbortSignal,
  ): Promise<string> {
    const { dataMigrationCommand: command, shape } = this.subject;
    if (command === undefined) {
      throw new RollgateError('no-data-migration', `${shape.title} has no online data migrations`, {
        kind: 'usage',
        hint: 'Take another choreography.',
      });
    }
    return runMigration(this, command, release, placed, signal);
  }

  /**
   * Creates and starts a service's container under its name, hostname and alias.
   * @returns When it was started, in milliseconds since the epoch.
   */
  async startService(
    instance: ServiceInstance,
    release: ReleaseRef,
    { vhost, side }: Placed,
    signal?: AbortSignal,
  ): Promise<number> {
    const startedAt = Date.now();
    const spec: ContainerSpec = {
      ...serviceSpec(this, instance, { image: release.image, vhost, side }),
      name: this.container(instance),
      network: networkName(this.name),
      volumes: authorityVolumes(this.topology).map(({ title, path }) => ({
        name: sharedVolumeName(this.name, title),
        path,
      })),
      labels: { ...this.labels, ...serviceLabels(instance, release, { vhost, side }) },
      ready: { kind: 'none' },
      readySeconds: START_SECONDS,
    };
    await this.engine.start(spec, signal);
    return startedAt;
  }

  /**
   * Waits until the service answers, and checks its version.
   * @throws RollgateError `did-not-serve` with its last log lines; `version-differs`.
   */
  awaitServing(
    instance: ServiceInstance,
    release: ReleaseRef,
    options: ServingOptions,
  ): Promise<Serving> {
    return awaitServing(this, instance, release, options);
  }

  /**
   * Options in addition to the current ones, for every service that is started or configured from
   * now on.
   */
  setOptions(config: Config): void {
    this.#config = mergeConfig(this.#config, config);
  }

  /**
   * Makes every service that is started or configured from now on use the messages and records of a
   * release; absent: no pin.
   */
  pin(release: string | undefined): void {
    this.#pinned = release;
  }

  /**
   * Rewrites a running service's configuration for another vhost. The service does not read it yet.
   */
  async configure(instance: ServiceInstance, { vhost, side }: Placed): Promise<void> {
    const config = configOf(this.config, this.configFor, { instance, side });
    const files = this.subject.files(this.secrets, {
      vhost,
      config,
      servers: this.topology,
      instance,
    });
    await this.engine.writeFiles(this.container(instance), files);
  }

  /**
   * Stops a service; its container stays, for its log.
   * @param graceSeconds The time until it is killed. Default: the subject's grace for its kind.
   */
  stopService(
    instance: ServiceInstance,
    signal?: AbortSignal,
    graceSeconds = this.subject.stopGraceSeconds(instance.kind),
  ): Promise<StoppedContainer> {
    return this.engine.stop(this.container(instance), graceSeconds, signal);
  }

  /** The name of a container that is started beside the lab's services. */
  nameBeside(title: string): string {
    return `rollgate-${this.name}-${title}`;
  }

  /**
   * Starts an additional container in the lab's network.
   * @returns Its name.
   */
  async startBeside(
    title: string,
    spec: Pick<ContainerSpec, 'image' | 'command'> & Partial<Pick<ContainerSpec, 'files'>>,
    signal?: AbortSignal,
  ): Promise<string> {
    const name = this.nameBeside(title);
    await this.engine.start(
      {
        files: [],
        ...spec,
        name,
        hostname: title,
        network: networkName(this.name),
        aliases: [],
        labels: this.labels,
        ports: [],
        ready: { kind: 'none' },
        readySeconds: START_SECONDS,
      },
      signal,
    );
    return name;
  }

  removeService(instance: ServiceInstance): Promise<void> {
    return this.engine.remove(this.container(instance));
  }

  /** Marks the lab as one that outlives its process. */
  async keep(): Promise<void> {
    await this.engine.createVolume({
      name: `rollgate-${this.name}-kept`,
      labels: { ...this.labels, [KEPT]: 'true' },
    });
    answerNoMore(this.name);
  }

  /** Pauses the lab until `resume` is called. @throws The signal's reason. */
  async pause(record: PauseRecord, signal: AbortSignal): Promise<void> {
    await pauseLab(this.engine, this.name, { labels: this.labels, record, signal });
  }

  /** Removes everything that belongs to the lab. */
  async down(): Promise<void> {
    await this.engine.sweep({ [LAB]: this.name });
    if (this.topology.tls === true) await removeAuthorityFile(this.name);
    answerNoMore(this.name);
  }
}
