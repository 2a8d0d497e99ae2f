import type { SubjectImage } from '../containers/images/recipe.ts';
import type { OwnImage } from '../containers/own-image/own-image.ts';
import type { ContainerEngine, ContainerFile } from '../containers/port.ts';
import type { Balancer } from '../infra/balancer.ts';
import type { IdentityPlan } from '../infra/identity.ts';
import type { Keystone, Login } from '../infra/keystone.ts';
import type { Database } from '../infra/mysql.ts';
import type { Broker } from '../infra/rabbitmq.ts';
import type { Secrets } from '../infra/secrets.ts';
import type { Tls } from '../load/http/http-client.ts';
import type { Choreography } from '../plan/draft.ts';
import type { PreflightNames } from '../preflight/sides.ts';
import type { Config } from '../scenario/config.ts';
import type { WithServers } from '../scenario/topology/infrastructure.ts';
import type {
  ServiceInstance,
  SubjectShape,
  WithTransport,
} from '../scenario/topology/topology.ts';
import type { GuestAgent } from './agent.ts';
import type {
  CloudAccess,
  EarlierEnd,
  EarlierOperation,
  Leftover,
  Question,
  WatchLoad,
} from './cloud.ts';
import type { SubjectLoad } from './load.ts';
import type { EngineRow, HeldWork, InFlight, InFlightOptions, RecordedChange } from './records.ts';

/** The part of its lab that a subject may use. */
export interface LabAccess {
  readonly name: string;
  readonly engine: ContainerEngine;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly broker: Broker;
  readonly keystone: Keystone;
  readonly balancer: Balancer;
  readonly instances: readonly ServiceInstance[];
  /**
   * `http://127.0.0.1:PORT` of a service through the load balancer, or `https` in a lab with TLS.
   */
  endpoint(service: string): string;
  /** How the certificate of such an endpoint is checked; `undefined` without TLS. */
  readonly tls: Tls | undefined;
  /** The container of a service. */
  container(instance: ServiceInstance): string;
  /** `http://127.0.0.1:PORT` of an api, bypassing the load balancer. */
  directEndpoint(instance: ServiceInstance): Promise<string>;
}

export interface AwaitServing {
  readonly limitSeconds: number;
  /** When the container was started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /**
   * Whether there is an engine that an api can call; without one the api can only answer by itself.
   */
  readonly hasEngine: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a service report its work. */
export interface Diagnosis {
  /** The resulting line in the log. */
  readonly name: string;
  /** The longest stop that needs no explanation. */
  readonly afterSeconds: number;
  /** Run in its container. */
  readonly command: readonly string[];
}

/** Proof that a service answers for itself. */
export interface Serving {
  /** Version found in the running container. */
  readonly version: string;
  readonly engineId?: string;
}

/** The part of a subject for an external cloud. */
export interface SubjectCloud {
  /** Prepares the load, with only the API. */
  load(cloud: CloudAccess, signal?: AbortSignal): Promise<SubjectLoad>;
  /** Follows operations of an earlier watch, until all have ended or the signal is given. */
  followUp(
    cloud: CloudAccess,
    operations: readonly EarlierOperation[],
    options: { readonly onEnd: (end: EarlierEnd) => void; readonly signal: AbortSignal },
  ): Promise<void>;
  /**
   * Removes all objects in a cloud whose names begin with the prefix, and waits until they are
   * gone.
   * @returns The names of those that existed, and of those that could not be removed.
   */
  removeLeftovers(
    cloud: CloudAccess,
    signal?: AbortSignal,
  ): Promise<{ readonly found: readonly string[]; readonly left: readonly Leftover[] }>;
  /** The load of a watch: the probes that one project allows, and short stacks. */
  readonly watchLoad: WatchLoad;
  /** What its services are asked about themselves, as a user of this project. */
  questions(projectId: string): readonly Question[];
}

/** The service, and where it runs. */
export interface FilesOptions {
  /** The vhost of the broker. */
  readonly vhost: string;
  readonly config?: Config | undefined;
  /** The infrastructure servers of the lab, and how the services call each other. */
  readonly servers: WithServers & WithTransport;
  /** Absent for the container that migrates the schema, which is not a service. */
  readonly instance?: ServiceInstance | undefined;
}

/**
 * The software under upgrade and everything specific to it. Nothing outside a subject's folder uses
 * its names, its configuration or its API.
 */
export interface Subject {
  readonly shape: SubjectShape;
  /** Name of its database. */
  readonly databaseName: string;
  /**
   * The folder below `lab/` with its data: `releases.yaml`, `scenarios`, `topologies`, `signatures`,
   * `findings`, `deployers`. `.` is `lab/` itself.
   */
  readonly lab: string;
  /** The file in its `signatures` for its logs. */
  readonly signatures: string;
  /** Image of a release. */
  image(series: string): string;
  /** How the image of a release is built. */
  readonly imageRecipe: SubjectImage;
  /**
   * How an image that rollgate did not build is prepared for a lab. Default: it must be built as
   * rollgate's own.
   */
  readonly ownImage?: OwnImage;
  /** The files of a service, the same at every release: configuration of N runs N+1 unchanged. */
  files(secrets: Secrets, options: FilesOptions): readonly ContainerFile[];
  /** The container's command. */
  command(kind: string): readonly string[];
  /** The command that migrates the schema. */
  readonly migrateCommand: readonly string[];
  /** The command that migrates its data online, until it is done; absent if it has none. */
  readonly dataMigrationCommand?: readonly string[];
  /** The options that pin it to the messages and records of a release. Default: it has none. */
  pin?(release: string): Config;
  /** Its choreographies. Default: all of rollgate. */
  readonly choreographies?: readonly Choreography[];
  /** Prints the version in an image. */
  readonly versionCommand: readonly string[];
  /** How a user's own database replaces the empty one. Default: this is not possible. */
  readonly ownDatabase?: OwnDatabase;
  /** The schema's revision in the database. */
  schemaRevision(database: Database): Promise<string>;
  /** How long its deployers let a service take to stop. */
  stopGraceSeconds(kind: string): number;
  /** Makes a service that does not stop write its current work into its log. */
  diagnosis(kind: string): Diagnosis | undefined;
  /** The parts of a release that preflight compares. Default: none. */
  readonly preflight?: ReleaseComparison;
  /** Users, roles, domain and endpoints in Keystone. */
  identity(secrets: Secrets, topology: WithServers): IdentityPlan;
  /** An ordinary user, whose login the load and the checks use. */
  user(secrets: Secrets): Login;
  /** The type of its service in Keystone's catalogue, e.g. `orchestration`. */
  readonly serviceType: string;
  /** The path of its API below an endpoint, for a project. */
  apiPath(projectId: string): string;
  /** The configuration that Tempest's tests of it need; absent if the lab has no such tests. */
  tempestConf?(secrets: Secrets): string;
  /**
   * What an operator does once, as soon as the services of a new lab serve, such as Designate's
   * `pool update`, which calls a service. Default: nothing.
   */
  setUp?(lab: LabAccess, signal?: AbortSignal): Promise<void>;
  /** Waits until the service answers for itself. */
  awaitServing(lab: LabAccess, instance: ServiceInstance, options: AwaitServing): Promise<Serving>;
  /** Its own list of engines, as an operator sees it. */
  listEngines(lab: LabAccess, signal?: AbortSignal): Promise<readonly EngineRow[]>;
  /** The rows that its engines hold in its database at this moment. */
  locks(database: Database, signal?: AbortSignal): Promise<HeldWork>;
  /** Its accepted operations without an end, according to its database. */
  inFlight(database: Database, options: InFlightOptions): Promise<readonly InFlight[]>;
  /** The changes of an object (a stack) and its nested ones, according to its database. */
  changes(
    database: Pick<Database, 'query'>,
    object: string,
    signal?: AbortSignal,
  ): Promise<readonly RecordedChange[]>;
  /**
   * Whether no service of a lab with these kinds runs a file of the source, e.g.
   * `heat/engine/clients/os/nova.py`. Default: each file can run.
   */
  isBeyondLab?(file: string, kinds: ReadonlySet<string>): boolean;
  /** The broker's exchange for calls and casts between its services. */
  readonly exchange: string;
  /** Whether a queue carries no work, e.g. a fanout queue. */
  isIdleQueue(queue: string): boolean;
  /** Whether a queue takes the replies to the calls of one process. */
  isReplyQueue(queue: string): boolean;
  /** Prepares the load, and creates its objects before the first request. */
  load(lab: LabAccess, signal?: AbortSignal): Promise<SubjectLoad>;
  /** A program that plays a guest of its object. Default: none. */
  readonly agent?: GuestAgent;
  /** How to watch an external cloud; absent if this is not possible. */
  readonly cloud?: SubjectCloud;
}

/** A database from another cloud. */
export interface OwnDatabase {
  /** The tables that it must have, and whose rows are counted. */
  readonly tables: readonly string[];
  /** The table with templates, and a pattern of a resource type in its rows. Default: none. */
  readonly types?: { readonly table: string; readonly pattern: RegExp };
  /** SQL that removes the records of that cloud's services, which do not run here. */
  readonly adopt: string;
  /** How to make a large one. Default: not possible. */
  readonly make?: MakesDatabase;
}

/** A large database is made by copying the rows of a few objects of a lab. */
export interface MakesDatabase {
  /** Makes the objects, as a user does. */
  seed(lab: LabAccess, signal?: AbortSignal): Promise<void>;
  /** SQL that copies them until there are at least this many. */
  multiplication(database: Database, wanted: number): Promise<readonly string[]>;
}

/** How two releases of a subject are compared. */
export interface ReleaseComparison {
  readonly inventory: InventoryProgram;
  /** The names of the subject's own parts in an inventory, for preflight. */
  readonly names: PreflightNames;
}

/** A program that prints the inventory of a release (`src/preflight/inventory.ts`). */
export interface InventoryProgram {
  files(): Promise<readonly ContainerFile[]>;
  /** In a container of the release's image, with these files in it. */
  readonly command: readonly string[];
}
