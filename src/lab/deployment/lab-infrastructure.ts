import { swappedRef } from '../../containers/images/recipe.ts';
import type { ContainerEngine, ContainerFile, ContainerSpec } from '../../containers/port.ts';
import { RollgateError } from '../../errors.ts';
import type { InfrastructureSpec, ServerName } from '../../infra/infrastructure.ts';
import type { PublishedPorts } from '../../infra/published-ports.ts';
import { SECRETS_FILE, type Secrets } from '../../infra/secrets.ts';
import {
  serviceOfServer,
  type InfrastructureUpgrade,
} from '../../scenario/topology/infrastructure.ts';
import {
  infrastructureLabels,
  infrastructureName,
  networkName,
  sharedVolumeName,
} from '../labels.ts';

export interface LabInfrastructureOptions {
  readonly engine: ContainerEngine;
  /** The lab's name. */
  readonly name: string;
  /** On everything that belongs to the lab. */
  readonly labels: Readonly<Record<string, string>>;
  /** Gets the published ports of started services. */
  readonly ports: PublishedPorts;
  /** Services that will be swapped: their data outlives their containers. */
  readonly upgrades: readonly InfrastructureUpgrade[];
  readonly servers: readonly ServerName[];
  readonly specOf: (server: ServerName) => InfrastructureSpec;
  readonly secrets: Secrets;
}

export interface SwapOptions {
  /** The time after which a service that does not stop is killed. */
  readonly graceSeconds: number;
  readonly signal: AbortSignal;
  /** Called between its end and its removal. */
  readonly onStopped: () => Promise<void>;
  readonly onStarted: () => Promise<void>;
}

/** The containers of a lab's infrastructure: MySQL, RabbitMQ, Keystone, HAProxy and memcached. */
export class LabInfrastructure {
  readonly #options: LabInfrastructureOptions;

  constructor(options: LabInfrastructureOptions) {
    this.#options = options;
  }

  /** Starts a service and remembers its ports. */
  async start(server: ServerName, signal?: AbortSignal): Promise<void> {
    const { engine, labels } = this.#options;
    const spec = { ...this.#specOf(server), ...this.#firstImage(server) };
    const volumes = this.#volumesOf(server, spec);
    for (const { name } of volumes) await engine.createVolume({ name, labels });
    await this.#start(server, { ...spec, volumes }, signal);
  }

  /**
   * Waits until the other servers can do without this one.
   *
   * @throws RollgateError `server-needed` with the output of the command that asks.
   */
  async awaitSpare(server: ServerName, signal: AbortSignal): Promise<void> {
    await this.#run(server, this.#specOf(server).mayStop, signal);
  }

  /**
   * Stops a server and starts the one of another image in its place, with its data, name and
   * ports. Waits until it is ready.
   *
   * @throws RollgateError `not-ready` with its last lines; `server-needed`.
   */
  async swap(
    server: ServerName,
    image: string,
    { graceSeconds, signal, onStopped, onStarted }: SwapOptions,
  ): Promise<void> {
    const { engine, ports } = this.#options;
    const spec = this.#specOf(server);
    const name = this.#nameOf(server);
    const paths = spec.keeps !== undefined && 'files' in spec.keeps ? spec.keeps.files : [];
    const kept: ContainerFile[] = [];
    for (const path of paths) kept.push({ path, content: await engine.readFile(name, path) });
    await this.#run(server, spec.beforeStop, signal);
    await engine.stop(name, graceSeconds, signal);
    await onStopped();
    await engine.remove(name);
    const swapped = {
      ...spec,
      ...spec.successor,
      image,
      files: [...spec.files, ...kept],
      volumes: this.#volumesOf(server, spec),
      hostPorts: ports.all(server),
    };
    await this.#start(server, swapped, signal);
    await onStarted();
  }

  /**
   * Learns the ports of a lab that another process started.
   * @param balanced Ports of the subject's apis, at which HAProxy listens.
   */
  async find(balanced: readonly number[]): Promise<void> {
    const { engine, ports, servers } = this.#options;
    await ports.find(engine, (server) => this.#nameOf(server), { servers, balanced });
  }

  async #run(
    server: ServerName,
    command: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (command === undefined) return;
    const { engine } = this.#options;
    const { exitCode, stdout, stderr } = await engine.exec(this.#nameOf(server), command, {
      signal,
    });
    if (exitCode === 0) return;
    throw new RollgateError('server-needed', `${server} cannot be stopped without an outage`, {
      detail: `${command.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`.trim(),
    });
  }

  async #start(
    server: ServerName,
    spec: InfrastructureSpec & Pick<ContainerSpec, 'volumes' | 'hostPorts'>,
    signal?: AbortSignal,
  ): Promise<void> {
    const { engine, labels, name, ports } = this.#options;
    const started = await engine.start(
      {
        ...spec,
        name: this.#nameOf(server),
        hostname: server,
        aliases: [server, ...(spec.aliases ?? [])],
        keepsPorts: true,
        network: networkName(name),
        labels: { ...labels, ...infrastructureLabels(server) },
      },
      signal,
    );
    ports.learn(server, started.ports);
  }

  #nameOf(server: ServerName): string {
    return infrastructureName(this.#options.name, server);
  }

  #specOf(server: ServerName): InfrastructureSpec {
    const { specOf, secrets } = this.#options;
    const spec = specOf(server);
    if (server !== 'haproxy') return spec;
    // Other processes that know the lab by its containers find its secrets there.
    const content = JSON.stringify(secrets);
    return { ...spec, files: [...spec.files, { path: SECRETS_FILE, content, mode: 0o600 }] };
  }

  #upgradeOf(server: ServerName): InfrastructureUpgrade | undefined {
    const service = serviceOfServer(server);
    return this.#options.upgrades.find((upgrade) => upgrade.service === service);
  }

  /** The image that a server begins with, if it is not the lab's own. */
  #firstImage(server: ServerName): Partial<Pick<InfrastructureSpec, 'image'>> {
    const { service, from } = this.#upgradeOf(server) ?? {};
    return service === undefined || from === undefined
      ? {}
      : { image: swappedRef({ service, suite: from }) };
  }

  #volumesOf(
    server: ServerName,
    { keeps, shares = [] }: InfrastructureSpec,
  ): NonNullable<ContainerSpec['volumes']> {
    const shared = shares.map(({ title, path }) => ({
      name: sharedVolumeName(this.#options.name, title),
      path,
    }));
    if (keeps === undefined || !('directory' in keeps)) return shared;
    if (this.#upgradeOf(server) === undefined) return shared;
    return [...shared, { name: `${this.#nameOf(server)}-data`, path: keeps.directory }];
  }
}
