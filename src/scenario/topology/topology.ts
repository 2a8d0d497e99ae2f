import { z } from 'zod';
import { given } from '../../given.ts';
import type { Role } from '../../words.ts';
import { NAME_LENGTH } from '../names.ts';
import { allServers, countsSchema, megabytesOf, type ServerCounts } from './infrastructure.ts';

/** `api` services are behind the load balancer; `engine` services take work from the broker. */
export type { Role };

/** A step that needs a feature of the subject: an option that pins it, a command for its data. */
export const OWN_STEPS = ['migrate-data', 'pin', 'unpin'] as const;
export type OwnStep = (typeof OWN_STEPS)[number];

/** How the services of a subject can call each other: by messages of the broker, or over HTTP. */
export const TRANSPORTS = ['broker', 'json-rpc'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** The facts about a subject that the planner and the schema need. */
export interface SubjectShape {
  readonly name: string;
  /** Its name in sentences. */
  readonly title: string;
  /** The users' objects in the singular, e.g. `stack`; the plural takes an s. */
  readonly noun: string;
  /** Each has parts that are created one after the other: `load.workload.chain` is their number. */
  readonly chains?: true;
  /** The initial broker vhost of a lab. */
  readonly baseVhost: string;
  /** A folder of its images in which all processes of a container may write lock files. */
  readonly lockPath: string;
  /** The load goes to the first api, so a topology needs it. */
  readonly services: readonly {
    readonly name: string;
    readonly role: Role;
    /** The port of an api, or of an engine behind the load balancer. */
    readonly port?: number;
    /** The other services start when this one serves, because an early call would be lost. */
    readonly first?: true;
    /** An engine to which the load balancer forwards connections. */
    readonly balanced?: 'tcp';
    /** The path that the load balancer requests from an api. Default: `/healthcheck`. */
    readonly checkPath?: string;
  }[];
  /** Requests of its API that can be sent at a constant rate. */
  readonly probes: readonly {
    readonly name: string;
    /** The default requests per second over each kind of connection. */
    readonly rate: number;
  }[];
  /** Names of the probes of an agent that plays a guest. */
  readonly agentProbes?: readonly string[];
  /** Steps of a roll that not every subject has. */
  readonly ownSteps?: readonly OwnStep[];
  /** How its services can call each other besides messages of the broker. */
  readonly transports?: readonly Transport[];
  /** Files in its containers that a lab writes. */
  readonly ownFiles?: readonly string[];
  /** Names of the workload's kinds of lifecycles. */
  readonly lifecycles: readonly string[];
  /** A lab can serve its API over TLS. */
  readonly overTls?: true;
  /** In a lab, an object is silent for this long only if something went wrong. */
  readonly stuckAfterSeconds: number;
}

/** The api for the load. */
export function mainApi({ name, services }: SubjectShape): string {
  const api = services.find(({ role }) => role === 'api');
  if (api === undefined) throw new TypeError(`the subject ${name} has no api`);
  return api.name;
}

const nodeService = z.union([
  z.string(),
  z.strictObject({
    name: z.string().describe('The service, e.g. `heat-engine`.'),
    count: z.int().min(1).max(8).default(1).describe('Number of its containers on the node.'),
  }),
]);

/**
 * A label of a host name has 63 characters (RFC 1035), and a service's network alias is its node's
 * name with `-heat-api-cfn-2-next` behind it.
 */
const NODE_NAME_LENGTH = 40;

/** Which service runs on which node, and how many times. */
export const TopologySchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and “-”')
    .max(NAME_LENGTH)
    .describe('The topology’s name.'),
  description: z.string().optional().describe('The purpose of the topology.'),
  nodes: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(
            /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
            'lower-case letters, digits and “-”, a letter first and no “-” last',
          )
          .max(NODE_NAME_LENGTH)
          .describe('The node’s name.'),
        services: z.array(nodeService).min(1).describe('Services, by name or with a number.'),
      }),
    )
    .min(1)
    .max(16)
    .describe('The nodes.'),
  infrastructure: countsSchema.exactOptional(),
  transport: z
    .enum(TRANSPORTS)
    .exactOptional()
    .describe(
      'How the subject’s services call each other. `json-rpc` is HTTP without the broker, if the subject has it. Default: `broker`.',
    ),
  tls: z
    .boolean()
    .exactOptional()
    .describe(
      'HAProxy serves the APIs over TLS, with a certificate of the lab’s own authority. Default: false. See infrastructure.md.',
    ),
});
/**
 * A topology as a user writes it: which service runs on which node.
 *
 * ```ts
 * import type { TopologyInput } from 'rollgate';
 *
 * export const topology: TopologyInput = {
 *   name: 'small',
 *   nodes: [{ name: 'node1', services: ['heat-api', { name: 'heat-engine', count: 2 }] }],
 * };
 * ```
 */
export type TopologyInput = z.input<typeof TopologySchema>;

/** One service container of a node. */
export interface ServiceInstance {
  readonly node: NodeName;
  /** The service, e.g. `heat-engine`. */
  readonly kind: string;
  /**
   * Unique within its node: the kind, or `heat-engine.2` for the second of a kind. A service that
   * takes another's place has `.next` at the end.
   */
  readonly service: string;
  readonly role: Role;
}

export interface TopologyNode {
  readonly name: NodeName;
  readonly services: readonly ServiceInstance[];
}

/** Which service runs on which node, each container by name. */
export interface Topology {
  /** Its name in the reports. */
  readonly name: string;
  /** In the order in which they are rolled. */
  readonly nodes: readonly TopologyNode[];
  /** Infrastructure with another number of servers than usual. */
  readonly infrastructure?: ServerCounts;
  /** Default: `broker`. */
  readonly transport?: Transport;
  /** Whether HAProxy serves the APIs over TLS. */
  readonly tls?: boolean;
}

/** Where the transport is chosen: a topology. */
export type WithTransport = Pick<Topology, 'transport'>;

/** The memory of a service container of the subject under the default load, in megabytes. */
const SERVICE_MEGABYTES = 200;

/** Roughly the memory that a lab needs, in gigabytes. */
export function memoryOf(topology: Topology): number {
  const servers = allServers(topology).reduce((sum, server) => sum + megabytesOf(server), 0);
  return (servers + servicesOf(topology).length * SERVICE_MEGABYTES) / 1000;
}

/** The service containers of a topology: all, or those of a role. */
export function servicesOf(
  { nodes }: Pick<Topology, 'nodes'>,
  role?: Role,
): readonly ServiceInstance[] {
  const all = nodes.flatMap(({ services }) => services);
  return role === undefined ? all : all.filter((service) => service.role === role);
}

/** A topology in the form of a file. */
export function topologyInput({
  name,
  nodes,
  infrastructure,
  transport,
  tls,
}: Topology): TopologyInput {
  return {
    name,
    nodes: nodes.map((node) => ({
      name: node.name,
      services: [...Map.groupBy(node.services, ({ kind }) => kind)].map(([kind, own]) => ({
        name: kind,
        count: own.length,
      })),
    })),
    ...given({ infrastructure, transport, tls }),
  };
}

/** Keeps names of one kind apart from those of another: the compiler refuses one for the other. */
declare const nameOf: unique symbol;

/** `node1` */
export type NodeName = string & { readonly [nameOf]?: 'node' };

/** `node1/heat-engine`: the name of a service container for people, in events and in HAProxy. */
export type InstanceName = `${string}/${string}` & { readonly [nameOf]?: 'service' };

export function instanceName({ node, service }: NodeService): InstanceName {
  return `${node}/${service}` as const;
}

/** The node and the service in an instance's name; `null` for any other name. */
export function readInstanceName(name: string): NodeService | null {
  const [node = '', service] = name.split('/');
  return service === undefined ? null : { node, service };
}

/** The node of a server in an answer; for a foreign load balancer it is the server's own name. */
export function nodeOfServer(server: string | undefined): string | null {
  return server === undefined ? null : (readInstanceName(server)?.node ?? server);
}

export interface NodeService {
  readonly node: NodeName;
  readonly service: string;
}

/**
 * The hostname of a service's container is its node's, so that the subject lists it under that
 * name. A second service of a kind on a node gets another name (`node1-2`), because OpenStack's
 * services derive their identity from it.
 */
export function hostname(instance: ServiceInstance): string {
  const number = /\.(\d+)(\.|$)/.exec(instance.service)?.[1];
  return number === undefined ? instance.node : `${instance.node}-${number}`;
}

/** The name by which other containers find a service. */
export function networkAlias(instance: ServiceInstance): string {
  return `${instance.node}-${instance.service}`.replaceAll('.', '-');
}

/** The kind of a service instance: `heat-engine` of `heat-engine.2` and of `heat-engine.next`. */
export function kindOf(service: string): string {
  return service.replace(/(\.\d+)?(\.next)*$/, '');
}

/**
 * The instance that is started beside another to replace it: the same service of the same node and
 * hostname, as `heat-engine.next`.
 */
export function successorOf(instance: ServiceInstance): ServiceInstance {
  return { ...instance, service: `${instance.service}.next` };
}

/** The same, by its name. */
export function successorName(name: InstanceName): InstanceName {
  const text: `${string}/${string}` = name;
  return `${text}.next` as const;
}
