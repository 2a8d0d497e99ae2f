import type { ContainerFile, ContainerSpec } from '../containers/port.ts';
import { balancedInfrastructure, haproxySpec } from '../infra/haproxy.ts';
import type { InfrastructureSpec, ServerName } from '../infra/infrastructure.ts';
import { keystoneSpec } from '../infra/keystone.ts';
import { memcachedSpec } from '../infra/memcached.ts';
import { mysqlSpec } from '../infra/mysql.ts';
import { rabbitmqSpec } from '../infra/rabbitmq.ts';
import type { Secrets } from '../infra/secrets.ts';
import type { BalancerSettings } from '../plan/balancer.ts';
import type { DatabaseOptions } from '../plan/deployer.ts';
import type { Side } from '../release/release.ts';
import {
  configOf,
  configOfServer,
  environmentOf,
  filesOf,
  type Config,
  type ScopedConfig,
} from '../scenario/config.ts';
import { serversOf, serviceOfServer } from '../scenario/topology/infrastructure.ts';
import type { ServiceInstance, Topology } from '../scenario/topology/topology.ts';
import { hostname, networkAlias, servicesOf } from '../scenario/topology/topology.ts';
import { balancedServices } from '../subject/balanced-services.ts';
import type { Subject } from '../subject/subject.ts';

/** The input of a lab: the same for a deployed lab and for a Compose file. */
export interface LabDesign {
  readonly subject: Subject;
  readonly topology: Topology;
  readonly secrets: Secrets;
  /** Options of the subject's configuration. */
  readonly config?: Config | undefined;
  /** The same for some services only. */
  readonly configFor?: readonly ScopedConfig[] | undefined;
  /** The load balancer's settings. Default: the lab's own. */
  readonly balancerSettings?: BalancerSettings | undefined;
  /** Options of MariaDB's server. */
  readonly databaseOptions?: DatabaseOptions | undefined;
}

/** The software of a container of the subject: a release's image, on a vhost of the broker. */
export interface Running {
  readonly image: string;
  readonly vhost: string;
  /** The side whose options it uses. Default: the base's. */
  readonly side?: Side | undefined;
}

/** The particulars of one container of the subject; the caller adds names and labels. */
export type SubjectSpec = Pick<
  ContainerSpec,
  'hostname' | 'aliases' | 'image' | 'command' | 'environment' | 'files' | 'ports'
>;

/**
 * The particulars of an infrastructure server.
 *
 * @param vhost The initial vhost of the broker.
 */
export function serverSpec(
  { subject, topology, secrets, configFor = [], balancerSettings, databaseOptions }: LabDesign,
  server: ServerName,
  vhost: string,
): InfrastructureSpec {
  const service = serviceOfServer(server);
  switch (service) {
    case 'mysql':
      return mysqlSpec(
        secrets,
        { server, servers: serversOf(topology, service) },
        { subject: subject.databaseName, options: databaseOptions },
      );
    case 'rabbitmq':
      return rabbitmqSpec(secrets, vhost, { server, servers: serversOf(topology, service) });
    case 'keystone':
      return keystoneSpec(secrets, { server, topology }, configOfServer(configFor, service));
    case 'haproxy':
      return haproxySpec(
        [
          ...balancedServices(subject.shape, servicesOf(topology), networkAlias, topology.tls),
          ...balancedInfrastructure(topology),
        ],
        balancerSettings,
      );
    case 'memcached':
      return memcachedSpec();
    case undefined:
      throw new Error(`${server} is no infrastructure server: a bug`);
  }
}

/** The container of a service of the subject. */
export function serviceSpec(
  { subject, topology, secrets, config = {}, configFor = [] }: LabDesign,
  instance: ServiceInstance,
  { image, vhost, side = 'base' }: Running,
): SubjectSpec {
  const port = apiPort(subject, instance);
  return {
    hostname: hostname(instance),
    aliases: [networkAlias(instance)],
    image,
    command: subject.command(instance.kind),
    ...environmentPart(environmentOf(configFor, { instance, side })),
    files: withFiles(
      subject.files(secrets, {
        vhost,
        config: configOf(config, configFor, { instance, side }),
        servers: topology,
        instance,
      }),
      filesOf(configFor, { instance, side }),
    ),
    ports: port === undefined ? [] : [port],
  };
}

/** The container that migrates the schema and ends. */
export function migrationSpec(
  { subject, topology, secrets, config = {}, configFor = [] }: LabDesign,
  { image, vhost, side = 'base' }: Running,
): Omit<SubjectSpec, 'ports'> {
  return {
    hostname: 'db-sync',
    aliases: [],
    image,
    command: subject.migrateCommand,
    ...environmentPart(environmentOf(configFor, { side })),
    files: withFiles(
      subject.files(secrets, {
        vhost,
        config: configOf(config, configFor, { side }),
        servers: topology,
      }),
      filesOf(configFor, { side }),
    ),
  };
}

function environmentPart(
  environment: Readonly<Record<string, string>>,
): Pick<SubjectSpec, 'environment'> {
  return Object.keys(environment).length === 0 ? {} : { environment };
}

/** An additional file replaces one of the lab's own. */
function withFiles(
  own: readonly ContainerFile[],
  further: Readonly<Record<string, string>>,
): readonly ContainerFile[] {
  return [
    ...own.filter(({ path }) => !(path in further)),
    ...Object.entries(further).map(([path, content]) => ({ path, content })),
  ];
}

/** The port of a service that is an api. */
export function apiPort(subject: Subject, instance: ServiceInstance): number | undefined {
  return subject.shape.services.find(({ name }) => name === instance.kind)?.port;
}
