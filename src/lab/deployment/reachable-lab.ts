import type { ContainerEngine } from '../../containers/port.ts';
import { RollgateError } from '../../errors.ts';
import { apiScheme } from '../../infra/authority.ts';
import { Balancer } from '../../infra/balancer.ts';
import { RUNTIME_API_PORT } from '../../infra/haproxy.ts';
import type { Infrastructure, ServerName } from '../../infra/infrastructure.ts';
import { Keystone, KEYSTONE_PORT } from '../../infra/keystone.ts';
import { MYSQL_PORT, MysqlDatabase } from '../../infra/mysql.ts';
import { PublishedPorts } from '../../infra/published-ports.ts';
import { Broker, MANAGEMENT_PORT } from '../../infra/rabbitmq.ts';
import type { Secrets } from '../../infra/secrets.ts';
import type { Side } from '../../release/release.ts';
import { serversOf } from '../../scenario/topology/infrastructure.ts';
import {
  type ServiceInstance,
  type Topology,
  servicesOf,
} from '../../scenario/topology/topology.ts';
import type { LabAccess, Subject } from '../../subject/subject.ts';
import { containerName, infrastructureName, labLabels } from '../labels.ts';
import { apiPort } from '../specs.ts';

export interface ReachableLabOptions {
  readonly engine: ContainerEngine;
  readonly subject: Subject;
  readonly name: string;
  readonly owner: string;
  readonly topology: Topology;
  readonly secrets: Secrets;
  /** The certificate of its authority, if known. */
  readonly authority?: string | undefined;
  /** Known ports. Default: none. */
  readonly ports?: PublishedPorts | undefined;
}

/** Where a service of the subject runs: on a vhost of the broker, as base or as target. */
export interface Placed {
  readonly vhost: string;
  readonly side: Side;
}

/** Where a migration runs, and how long it may take. */
export interface PlacedMigration extends Placed {
  /** Default: 300. */
  readonly migrateSeconds?: number;
}

/** The names and addresses of a lab's parts, as reachable from this machine. */
export class ReachableLab implements LabAccess {
  readonly name: string;
  readonly engine: ContainerEngine;
  readonly secrets: Secrets;
  readonly subject: Subject;
  readonly topology: Topology;
  readonly instances: readonly ServiceInstance[];
  readonly database: MysqlDatabase;
  /** The certificate of its authority, in PEM; only with TLS, and once HAProxy has started. */
  authority: string | undefined;
  protected readonly owner: string;
  protected readonly ports: PublishedPorts;

  constructor(options: ReachableLabOptions) {
    this.engine = options.engine;
    this.subject = options.subject;
    this.name = options.name;
    this.secrets = options.secrets;
    this.topology = options.topology;
    this.instances = servicesOf(options.topology);
    this.owner = options.owner;
    this.authority = options.authority;
    this.ports = options.ports ?? new PublishedPorts(options.name);
    this.database = new MysqlDatabase(
      options.subject.databaseName,
      options.secrets.databaseReader,
      () => this.ports.of(this.#frontOf('mysql'), MYSQL_PORT),
    );
  }

  /** On everything that belongs to the lab. */
  get labels(): Readonly<Record<string, string>> {
    return labLabels(this.name, this.owner);
  }

  get broker(): Broker {
    const servers = serversOf(this.topology, 'rabbitmq');
    const ports = servers.map((server) => this.ports.of(server, MANAGEMENT_PORT));
    return new Broker(ports, this.secrets);
  }
  get keystone(): Keystone {
    return new Keystone(this.ports.of(this.#frontOf('keystone'), KEYSTONE_PORT));
  }
  get balancer(): Balancer {
    return new Balancer(this.ports.of('haproxy', RUNTIME_API_PORT));
  }

  /** The server that clients of a service reach: of several, the load balancer before them. */
  #frontOf(service: Infrastructure): ServerName {
    const [first = service, ...others] = serversOf(this.topology, service);
    return others.length === 0 ? first : 'haproxy';
  }

  endpoint(service: string): string {
    const port = this.subject.shape.services.find(({ name }) => name === service)?.port;
    if (port === undefined) throw new RollgateError('no-such-service', `${service} is not an api`);
    return `${apiScheme(this.topology)}://127.0.0.1:${this.ports.of('haproxy', port)}`;
  }
  get tls(): LabAccess['tls'] {
    return this.authority === undefined ? undefined : { ca: this.authority };
  }

  /** The loopback port of an address on which HAProxy listens. */
  balancerPort(port: number): number {
    return this.ports.of('haproxy', port);
  }

  container(instance: ServiceInstance): string {
    return containerName(this.name, instance);
  }

  /** The container of an infrastructure server. */
  infrastructure(server: ServerName): string {
    return infrastructureName(this.name, server);
  }

  async directEndpoint(instance: ServiceInstance): Promise<string> {
    const port = apiPort(this.subject, instance);
    if (port === undefined) {
      throw new RollgateError('no-such-service', `${instance.kind} is not an api`);
    }
    return `http://127.0.0.1:${await this.engine.port(this.container(instance), port)}`;
  }
}
