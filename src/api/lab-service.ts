import type { ExecResult } from '../containers/port.ts';
import { withNearest } from '../document/nearest.ts';
import { RollgateError } from '../errors.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import { LAB, containerName, readServiceLabels } from '../lab/labels.ts';
import { instanceName, type ServiceInstance } from '../scenario/topology/topology.ts';
import { inFull, withAll } from './in-full.ts';

/** The state of a service's container at this moment. */
export interface ServiceStatus {
  /** As `node1/heat-engine`. */
  readonly name: string;
  /** As `node1`. */
  readonly node: string;
  /** `api` is behind the load balancer; `engine` takes work from the broker. */
  readonly role: 'api' | 'engine';
  /** The release that it runs, e.g. `2025.1`. */
  readonly series: string;
  /** The version of that release, e.g. `24.0.0`. */
  readonly version: string;
  /** The service's broker vhost. */
  readonly vhost: string;
  /** The container's: `running`, `exited`, … */
  readonly state: string;
}

/**
 * One service of a lab: what runs there, what it logs, and commands in its container.
 *
 * ```ts
 * import { Lab } from 'rollgate';
 *
 * await using lab = await Lab.start({ series: '2025.1', topology: '1x1' });
 * const engine = lab.service('node1/heat-engine');
 * console.log(await engine.version(), await engine.state());
 * const { exitCode, stdout } = await engine.exec(['heat-manage', 'service', 'list']);
 * console.log(exitCode, stdout, await engine.logs({ tail: 20 }));
 * ```
 */
export class LabService {
  /** As `node1/heat-engine`. */
  readonly name: string;
  /** As `node1`. */
  readonly node: string;
  readonly #deployment: Deployment;
  readonly #instance: ServiceInstance;

  constructor(deployment: Deployment, instance: ServiceInstance) {
    this.#deployment = deployment;
    this.#instance = instance;
    this.name = instanceName(instance);
    this.node = instance.node;
  }

  /** The name of its container, for your own container client. */
  get container(): string {
    return containerName(this.#deployment.name, this.#instance);
  }

  /**
   * Its release, vhost and container at this moment.
   *
   * @throws RollgateError `no-such-service` while it is stopped, because it then has no container.
   */
  async status(): Promise<ServiceStatus> {
    const found = (await statusesOf(this.#deployment)).find(({ name }) => name === this.name);
    if (found !== undefined) return found;
    throw new RollgateError('no-such-service', `${this.name} has no container: it is stopped`);
  }

  /** The version that it runs, e.g. `24.0.0`. */
  async version(): Promise<string> {
    return (await this.status()).version;
  }

  /** Its container's state, e.g. `running`; `stopped` if there is no container. */
  async state(): Promise<string> {
    const found = (await statusesOf(this.#deployment)).find(({ name }) => name === this.name);
    return found?.state ?? 'stopped';
  }

  /** The log of its container so far. @param options.tail Only the last lines, this many. */
  async logs({ tail }: { readonly tail?: number } = {}): Promise<string> {
    const lines: string[] = [];
    const options = { follow: false, ...(tail === undefined ? {} : { tail }) };
    for await (const { text } of this.#deployment.engine.logs(this.container, options)) {
      lines.push(text);
    }
    return lines.join('\n');
  }

  /**
   * Runs a command in its container. A failed command is a result, not an error: see `exitCode`.
   */
  exec(
    command: readonly string[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<ExecResult> {
    return inFull(() => this.#deployment.engine.exec(this.container, command, options));
  }
}

/** The services of a lab that have a container, in no particular order. */
export async function statusesOf({
  engine,
  name: lab,
}: Pick<Deployment, 'engine' | 'name'>): Promise<readonly ServiceStatus[]> {
  const { containers } = await engine.find({ [LAB]: lab });
  return containers.flatMap(({ labels, state }) => {
    const found = readServiceLabels(labels);
    if (found === undefined) return [];
    const { instance, series, version, vhost } = found;
    const { node, role } = instance;
    return [{ name: instanceName(instance), node, role, series, version, vhost, state }];
  });
}

/** @throws RollgateError `no-such-service` with the names of the lab's services. */
export function instanceNamed(
  instances: readonly ServiceInstance[],
  name: string,
): ServiceInstance {
  const found = instances.find((instance) => instanceName(instance) === name);
  if (found !== undefined) return found;
  const known = instances.map(instanceName);
  const message = withNearest(`there is no service ${JSON.stringify(name)}`, name, known);
  const hint = `Services of this lab: ${known.join(', ')}`;
  throw withAll(new RollgateError('no-such-service', message, { kind: 'usage', hint }));
}
