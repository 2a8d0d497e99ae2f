import type { ContainerEngine } from '../containers/port.ts';
import { RollgateError } from '../errors.ts';
import { serviceOfServer } from '../scenario/topology/infrastructure.ts';
import { CONTROL_PORT, RUNTIME_API_PORT } from './haproxy.ts';
import type { Infrastructure, ServerName } from './infrastructure.ts';
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

  /** @throws RollgateError `not-started` for a server whose ports are not known. */
  of(server: ServerName, port: number): number {
    const published = this.#published.get(`${server}:${port}`);
    if (published === undefined) {
      throw new RollgateError('not-started', `${server} of lab ${this.#lab} is not started`);
    }
    return published;
  }

  /** The known ports of a server, as pairs of its own and the published port. */
  all(server: ServerName): ReadonlyMap<number, number> {
    const own = [...this.#published].filter(([key]) => key.startsWith(`${server}:`));
    return new Map(own.map(([key, published]) => [Number(key.split(':')[1]), published]));
  }

  /** Records the ports of a started server, as pairs of its own and the published port. */
  learn(server: ServerName, ports: Iterable<readonly [number, number]>): void {
    for (const [port, published] of ports) this.#published.set(`${server}:${port}`, published);
  }

  /**
   * Asks the container engine for the ports of a lab that another process started.
   *
   * @param nameOf The container of a server.
   * @param lab.servers Its infrastructure servers.
   * @param lab.balanced Ports of the subject's apis, at which HAProxy listens.
   */
  async find(
    engine: ContainerEngine,
    nameOf: (server: ServerName) => string,
    lab: { readonly servers: readonly ServerName[]; readonly balanced: readonly number[] },
  ): Promise<void> {
    const wanted: Readonly<Record<Infrastructure, readonly number[]>> = {
      mysql: [MYSQL_PORT],
      rabbitmq: [MANAGEMENT_PORT],
      keystone: [KEYSTONE_PORT],
      haproxy: [
        RUNTIME_API_PORT,
        CONTROL_PORT,
        ...lab.balanced,
        ...(lab.servers.includes('keystone') ? [] : [KEYSTONE_PORT]),
        ...(lab.servers.includes('mysql') ? [] : [MYSQL_PORT]),
      ],
      memcached: [],
    };
    for (const server of lab.servers) {
      const service = serviceOfServer(server);
      for (const port of service === undefined ? [] : wanted[service]) {
        this.learn(server, [[port, await engine.port(nameOf(server), port)]]);
      }
    }
  }
}
