import { z } from 'zod';
import type { FIRST_SUITES, SUITES } from '../../release/suites.ts';

/** The services on which the subject depends, by their network alias. */
export const INFRASTRUCTURE = ['mysql', 'rabbitmq', 'keystone', 'haproxy', 'memcached'] as const;
export type Infrastructure = (typeof INFRASTRUCTURE)[number];

/** How many servers of a service a lab has if its topology says nothing. */
const USUAL = {
  mysql: 1,
  rabbitmq: 1,
  keystone: 1,
  haproxy: 1,
  memcached: 0,
} as const satisfies Record<Infrastructure, number>;

/** The numbers of servers that a lab can have. */
const counts = (service: Infrastructure, possible: readonly number[]) =>
  z
    .int()
    .refine((count) => possible.includes(count), `expected ${possible.join(' or ')}`)
    .exactOptional()
    .describe(`Servers of ${service}. Default: ${USUAL[service]}.`);

/** The number of servers, for each service that has another number than usual. */
export const countsSchema = z
  .strictObject({
    mysql: counts('mysql', [1, 3]),
    rabbitmq: counts('rabbitmq', [1, 3]),
    keystone: counts('keystone', [1, 2]),
    memcached: counts('memcached', [0, 1, 2, 3]),
  })
  .refine(({ keystone = 1, memcached = 0 }) => keystone === 1 || memcached > 0, {
    path: ['keystone'],
    error:
      'several Keystones need memcached: each would have a cache of its own, and old answers in it',
  })
  .describe('How many servers of infrastructure the lab has. See infrastructure.md.');
export type ServerCounts = Readonly<Partial<Record<Infrastructure, number>>>;

/**
 * One server of an infrastructure service: host name, network alias, and its name in events and
 * steps. The only server of a service has the service's name, one of several has its number too.
 */
export type ServerName = Infrastructure | `${Infrastructure}-${number}`;

/** Where the servers are counted: a topology. */
export interface WithServers {
  readonly infrastructure?: ServerCounts | undefined;
  /** Whether users reach the APIs over TLS. Default: false. */
  readonly tls?: boolean | undefined;
}

/** The number of a service's servers. */
export function serverCount({ infrastructure = {} }: WithServers, service: Infrastructure): number {
  return infrastructure[service] ?? USUAL[service];
}

/** The servers of a service, in the order in which they are started and swapped. */
export function serversOf(topology: WithServers, service: Infrastructure): readonly ServerName[] {
  const count = serverCount(topology, service);
  if (count === 1) return [service];
  return Array.from({ length: count }, (_, index): ServerName => `${service}-${index + 1}`);
}

/** The server of a service in which commands for all of them run. */
export function firstServer(topology: WithServers, service: Infrastructure): ServerName {
  const [first = service] = serversOf(topology, service);
  return first;
}

/** All servers of a lab. */
export function allServers(topology: WithServers): readonly ServerName[] {
  return INFRASTRUCTURE.flatMap((service) => serversOf(topology, service));
}

/** The service of a server; `undefined` for any other name. */
export function serviceOfServer(name: string): Infrastructure | undefined {
  return INFRASTRUCTURE.find((service) => name === service || isNumbered(name, service));
}

function isNumbered(name: string, service: Infrastructure): boolean {
  return name.startsWith(`${service}-`) && /^\d+$/.test(name.slice(service.length + 1));
}

/** The names of a lab's infrastructure in a scenario: its services, and single servers of them. */
export function infrastructurePlaces(topology: WithServers): readonly string[] {
  const services = INFRASTRUCTURE.filter((service) => serverCount(topology, service) > 0);
  return [...new Set<string>([...services, ...allServers(topology)])];
}

/** The servers that such a name means. */
export function serversNamed(topology: WithServers, name: string): readonly ServerName[] {
  return allServers(topology).filter(
    (server) => server === name || serviceOfServer(server) === name,
  );
}

/** The memory of a server under the default load, in megabytes, as measured in labs. */
const MEGABYTES = {
  mysql: 150,
  rabbitmq: 150,
  keystone: 300,
  haproxy: 20,
  memcached: 20,
} as const satisfies Record<Infrastructure, number>;

export function megabytesOf(server: ServerName): number {
  const service = serviceOfServer(server);
  return service === undefined ? 0 : MEGABYTES[service];
}

/** One of these services, all its servers, and the suite of their new version. */
export interface InfrastructureUpgrade {
  readonly service: Infrastructure;
  readonly suite: (typeof SUITES)[number];
  /** The suite of the old version. Default: that of the lab's infrastructure. */
  readonly from?: (typeof FIRST_SUITES)[number];
}

/** What an upgrade of a service needs besides its servers, which are swapped one by one. */
export type InfrastructureTask = 'enable-feature-flags' | 'expand' | 'contract';
