import type { ContainerEngine, ContainerFile, ContainerSpec } from '../../containers/port.ts';
import type { Infrastructure, InfrastructureSpec } from '../../infra/infrastructure.ts';
import type { PublishedPorts } from '../../infra/published-ports.ts';
import { SECRETS_FILE, type Secrets } from '../../infra/secrets.ts';
import { infrastructureLabels, infrastructureName, networkName } from '../labels.ts';

export interface LabInfrastructureOptions {
  readonly engine: ContainerEngine;
  /** The lab's name. */
  readonly name: string;
  /** On everything that belongs to the lab. */
  readonly labels: Readonly<Record<string, string>>;
  /** Gets the published ports of started services. */
  readonly ports: PublishedPorts;
  /** Services whose data outlives their containers. */
  readonly keepsDataOf: readonly Infrastructure[];
  readonly specs: () => Readonly<Record<Infrastructure, InfrastructureSpec>>;
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

/** The containers of a lab's infrastructure: MySQL, RabbitMQ, Keystone and HAProxy. */
export class LabInfrastructure {
  readonly #options: LabInfrastructureOptions;

  constructor(options: LabInfrastructureOptions) {
    this.#options = options;
  }

  /** Starts a service and remembers its ports. */
  async start(service: Infrastructure, signal?: AbortSignal): Promise<void> {
    const { engine, labels } = this.#options;
    const spec = this.#specOf(service);
    const volumes = this.#volumesOf(service, spec);
    for (const { name } of volumes) await engine.createVolume({ name, labels });
    await this.#start(service, { ...spec, volumes }, signal);
  }

  /**
   * Stops a service and starts the one of another image in its place, with its data, name and
   * ports. Waits until it is ready.
   *
   * @throws RollgateError `not-ready` with its last lines.
   */
  async swap(
    service: Infrastructure,
    image: string,
    { graceSeconds, signal, onStopped, onStarted }: SwapOptions,
  ): Promise<void> {
    const { engine, ports } = this.#options;
    const spec = this.#specOf(service);
    const name = this.#nameOf(service);
    const paths = spec.keeps !== undefined && 'files' in spec.keeps ? spec.keeps.files : [];
    const kept: ContainerFile[] = [];
    for (const path of paths) kept.push({ path, content: await engine.readFile(name, path) });
    await engine.stop(name, graceSeconds, signal);
    await onStopped();
    await engine.remove(name);
    const swapped = {
      ...spec,
      image,
      files: [...spec.files, ...kept],
      volumes: this.#volumesOf(service, spec),
      hostPorts: ports.all(service),
    };
    await this.#start(service, swapped, signal);
    await onStarted();
  }

  /**
   * Learns the ports of a lab that another process started.
   * @param balanced Ports of the subject's apis, at which HAProxy listens.
   */
  async find(balanced: readonly number[]): Promise<void> {
    const { engine, ports } = this.#options;
    await ports.find(engine, (service) => this.#nameOf(service), balanced);
  }

  async #start(
    service: Infrastructure,
    spec: InfrastructureSpec & Pick<ContainerSpec, 'volumes' | 'hostPorts'>,
    signal?: AbortSignal,
  ): Promise<void> {
    const { engine, labels, name, ports } = this.#options;
    const started = await engine.start(
      {
        ...spec,
        name: this.#nameOf(service),
        hostname: service,
        aliases: [service],
        keepsPorts: true,
        network: networkName(name),
        labels: { ...labels, ...infrastructureLabels(service) },
      },
      signal,
    );
    ports.learn(service, started.ports);
  }

  #nameOf(service: Infrastructure): string {
    return infrastructureName(this.#options.name, service);
  }

  #specOf(service: Infrastructure): InfrastructureSpec {
    const { specs, secrets } = this.#options;
    const spec = specs()[service];
    if (service !== 'haproxy') return spec;
    // Other processes that know the lab by its containers find its secrets there.
    const content = JSON.stringify(secrets);
    return { ...spec, files: [...spec.files, { path: SECRETS_FILE, content, mode: 0o600 }] };
  }

  #volumesOf(
    service: Infrastructure,
    { keeps }: InfrastructureSpec,
  ): NonNullable<ContainerSpec['volumes']> {
    if (keeps === undefined || !('directory' in keeps)) return [];
    if (!this.#options.keepsDataOf.includes(service)) return [];
    return [{ name: `${this.#nameOf(service)}-data`, path: keeps.directory }];
  }
}
