import type { ContainerEngine } from '../containers/port.ts';
import { RollgateError } from '../errors.ts';
import { CONTROL_PORT, RUNTIME_API_PORT } from './haproxy.ts';
import type { Infrastructure } from './infrastructure.ts';
import { KEYSTONE_PORT } from './keystone.ts';
import { MYSQL_PORT } from './mysql.ts';
import { MANAGEMENT_PORT } from './rabbitmq.ts';

/** The loopback ports of a lab's infrastructure on this machine. */
export class PublishedPorts {
  readonly #lab: string;
  readonly #published = new Map<string, number>();

  constructor(lab: string) {
    this.#lab = lab;
  }

  /** @throws RollgateError `not-started` for a service whose ports are not known. */
  of(service: Infrastructure, port: number): number {
    const published = this.#published.get(`${service}:${port}`);
    if (published === undefined) {
      throw new RollgateError('not-started', `${service} of lab ${this.#lab} is not started`);
    }
    return published;
  }

  /** The known ports of a service, as pairs of its own and the published port. */
  all(service: Infrastructure): ReadonlyMap<number, number> {
    const own = [...this.#published].filter(([key]) => key.startsWith(`${service}:`));
    return new Map(own.map(([key, published]) => [Number(key.split(':')[1]), published]));
  }

  /** Records the ports of a started service, as pairs of its own and the published port. */
  learn(service: Infrastructure, ports: Iterable<readonly [number, number]>): void {
    for (const [port, published] of ports) this.#published.set(`${service}:${port}`, published);
  }

  /**
   * Asks the container engine for the ports of a lab that another process started.
   *
   * @param nameOf The container of a service.
   * @param balanced Ports of the subject's apis, at which HAProxy listens.
   */
  async find(
    engine: ContainerEngine,
    nameOf: (service: Infrastructure) => string,
    balanced: readonly number[],
  ): Promise<void> {
    const wanted: readonly (readonly [Infrastructure, number])[] = [
      ['mysql', MYSQL_PORT],
      ['rabbitmq', MANAGEMENT_PORT],
      ['keystone', KEYSTONE_PORT],
      ['haproxy', RUNTIME_API_PORT],
      ['haproxy', CONTROL_PORT],
      ...balanced.map((port) => ['haproxy', port] as const),
    ];
    for (const [service, port] of wanted) {
      const published = await engine.port(nameOf(service), port);
      this.learn(service, [[port, published]]);
    }
  }
}
