import type { ContainerEngine, ContainerFile } from '../containers/port.ts';
import { type EventSink, type EventOf } from '../events/event.ts';
import type { Balancer, BalancedService } from '../infra/haproxy.ts';
import type { IdentityPlan } from '../infra/identity.ts';
import type { Keystone, Login } from '../infra/keystone.ts';
import type { Database } from '../infra/mysql.ts';
import type { Broker } from '../infra/rabbitmq.ts';
import type { Secrets } from '../infra/secrets.ts';
import type { SubjectImage } from '../containers/images/recipe.ts';
import type { Credentials } from '../load/credentials.ts';
import type { HttpClientOptions, HttpResult, RequestSpec } from '../load/http-client.ts';
import type { Ledger } from '../load/ledger.ts';
import type { Standstill } from '../load/standstill.ts';
import type { PreflightNames } from '../preflight/sides.ts';
import type { CloudAccess, EarlierEnd, EarlierOperation, Leftover, WatchLoad } from './cloud.ts';
import type { Meeting } from '../scenario/topology/meeting.ts';
import type { Choreography } from '../plan/draft.ts';
import type { LoadPlan } from '../plan/plan.ts';
import type { CustomProbe } from '../scenario/custom/probe.ts';
import type { Config } from '../scenario/config.ts';
import type { ServiceInstance, SubjectShape } from '../scenario/topology/topology.ts';

/** What a subject may use of the lab that it runs in. */
export interface LabAccess {
  readonly name: string;
  readonly engine: ContainerEngine;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly broker: Broker;
  readonly keystone: Keystone;
  readonly balancer: Balancer;
  readonly instances: readonly ServiceInstance[];
  /** `http://127.0.0.1:PORT` of a service through the load balancer. */
  endpoint(service: string): string;
  /** The container of a service. */
  container(instance: ServiceInstance): string;
  /** `http://127.0.0.1:PORT` of an api past the load balancer. */
  directEndpoint(instance: ServiceInstance): Promise<string>;
}

export interface AwaitServing {
  readonly limitSeconds: number;
  /** When the container was started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Whether an engine is there for an api to ask; without one it can answer only for itself. */
  readonly hasEngine: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What makes a service tell what it is doing. */
export interface Diagnosis {
  /** What the log then has. */
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

/** One request of a named probe, e.g. a list of stacks. */
export type ProbeRequest = () => RequestSpec;

/**
 * What a run on a lab leaves to the next one on it; the subject alone makes and reads it, except
 * the names.
 */
export interface Legacy {
  /** Objects that live on. */
  readonly objects: readonly string[];
}

/** A run's place in a chain of upgrades of one lab. */
export interface Link {
  /** From the run before; `undefined` in the first. */
  readonly legacy: Legacy | undefined;
  readonly last: boolean;
}

/** What the runner hands to a workload. */
export interface WorkloadContext {
  readonly plan: LoadPlan;
  readonly seed: number;
  /** The versions that will run, base and target, as far as they are known. */
  readonly versions: readonly string[];
  /** Objects live from one run to the next where there is one. */
  readonly link?: Link | undefined;
  readonly ledger: Ledger;
  readonly emit: EventSink;
  /**
   * A request that is about to be sent, by its `X-OpenStack-Request-ID`: its messages are observed
   * apart, under this name.
   */
  readonly expect: (request: string, operation: string) => void;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  /** While it lasts nothing new is asked for. */
  readonly standstill: Standstill;
}

/** What came of objects that were asked for at once. */
export interface BurstResult {
  /** Those that the API took. */
  readonly accepted: number;
  /** Those that lived to their end. */
  readonly completed: number;
  /** Of those that did not, and where they are. */
  readonly others: readonly { readonly object: string; readonly status: string }[];
}

/** Object lifecycles that span the swaps. */
export interface Workload {
  /** Begins lifecycles at the planned rate. */
  start(): void;
  /** A service was swapped or started, and serves. */
  swapDone(instance: ServiceInstance): void;
  /**
   * Resolves once stacks that a swapped api made were changed and deleted through one that was not
   * yet, and swapped engines and others shared some work, for every swap so far; or that was given
   * up. And once every call that a user can cause went in each of the meetings of an api, or the
   * signal is given.
   */
  crossed(meetings: readonly Meeting[], signal: AbortSignal): Promise<void>;
  /** Messages were seen that went from one service to another. */
  observed(event: EventOf<'rpc-observed'>): void;
  /**
   * The last swap is done: what was held back for that goes on, one after the other. Resolves when
   * nothing is held back any more, or the signal is given.
   */
  release(signal: AbortSignal): Promise<void>;
  /**
   * Begins so many lifecycles at once, without waiting for an answer, and follows them to their
   * ends; until the signal, from when on they are followed as all others.
   */
  burst(count: number, signal: AbortSignal): Promise<BurstResult>;
  /**
   * Begins no operation until `goOn`, and waits until those under way have ended.
   * @returns How many were still under way when the limit came, in milliseconds from now.
   */
  rest(limitMs: number, signal: AbortSignal): Promise<number>;
  /** The rest is over. */
  goOn(): void;
  /** Begins no more; those under way are carried to their last operation. */
  finish(): void;
  /**
   * Waits until every accepted operation is settled, and says of those that do not end whether
   * they are stuck or lost.
   * @param lastSwapAt Milliseconds since the start of the run.
   */
  settle(lastSwapAt: number, signal: AbortSignal): Promise<void>;
  /**
   * Asks what is stuck to go on, as an operator would, and follows it until it ends or the limit
   * comes. `revival-ended` has the result; in the ledger it stays stuck.
   */
  revive(limit: AbortSignal): Promise<void>;
  /** For the next run on the lab; once it has settled. */
  readonly legacy: Legacy;
  /**
   * Ends it. What is still unanswered is waited for, each for its time-out at most.
   * @param abandon At once: unanswered requests are cut off and not reported.
   */
  stop(options: { readonly abandon: boolean }): Promise<void>;
}

/** How answers of a subject are known, and its server's certificate is checked. */
export type AnswerMarks = Pick<HttpClientOptions, 'serverHeader' | 'answerHeader' | 'tls'>;

/** The load side of a subject, for one lab or one cloud. */
export interface SubjectLoad {
  readonly marks: AnswerMarks;
  /** By the probe's name in a scenario. */
  readonly probes: Readonly<
    Record<
      string,
      {
        readonly origin: string;
        readonly request: ProbeRequest;
        /** See ProbeOptions. */
        readonly judge?: (result: HttpResult) => Promise<HttpResult>;
      }
    >
  >;
  /** Renews the tokens that the requests carry. */
  readonly credentials: Credentials;
  /** A request of a probe that a user brings. */
  custom(probe: CustomProbe): { readonly origin: string; readonly request: ProbeRequest };
  workload(context: WorkloadContext): Workload;
}

/** The side of a subject that works in a cloud of somebody else's. */
export interface SubjectCloud {
  /** Prepares the load, where only the API can be asked. */
  load(cloud: CloudAccess, signal?: AbortSignal): Promise<SubjectLoad>;
  /** Follows what a watch of before had asked for, until all has ended or the signal is given. */
  followUp(
    cloud: CloudAccess,
    operations: readonly EarlierOperation[],
    options: { readonly onEnd: (end: EarlierEnd) => void; readonly signal: AbortSignal },
  ): Promise<void>;
  /**
   * Removes all objects in a cloud whose names begin with the prefix, and waits until they are gone.
   * @returns The names of those that were there, and what could not be removed.
   */
  removeLeftovers(
    cloud: CloudAccess,
    signal?: AbortSignal,
  ): Promise<{ readonly found: readonly string[]; readonly left: readonly Leftover[] }>;
  /** What the load of a watch is made of: the probes that one project allows, and short stacks. */
  readonly watchLoad: WatchLoad;
}

/** Whose files, and where it runs. */
export interface FilesOptions {
  /** The vhost of the broker. */
  readonly vhost: string;
  readonly config?: Config | undefined;
  /** Absent for the container that moves the schema, which is no service. */
  readonly instance?: ServiceInstance | undefined;
}

/**
 * The software under upgrade and all that is particular to it. Nothing outside a subject's folder
 * knows its names, its configuration or its API.
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
  /** The file in its `signatures` that its logs are read with. */
  readonly signatures: string;
  /** Image of a release. */
  image(series: string): string;
  /** How the image of a release is built. */
  readonly imageRecipe: SubjectImage;
  /** The files of a service, the same at every release: configuration of N runs N+1 unchanged. */
  files(secrets: Secrets, options: FilesOptions): readonly ContainerFile[];
  /** The container's command. */
  command(kind: string): readonly string[];
  /** The command that moves the schema. */
  readonly migrateCommand: readonly string[];
  /** The command that migrates its data online, until it is done; absent where there is none. */
  readonly dataMigrationCommand?: readonly string[];
  /** The options that hold it to the messages and records of a release; absent: it has none. */
  pin?(release: string): Config;
  /** The ways in which it can be rolled. Default: all that rollgate has. */
  readonly choreographies?: readonly Choreography[];
  /** Prints the version that is in an image. */
  readonly versionCommand: readonly string[];
  /** The schema's revision as the database says it. */
  schemaRevision(database: Database): Promise<string>;
  /** How long a service is given to stop, as a deployer of it gives. */
  stopGraceSeconds(kind: string): number;
  /** How a service that does not stop is made to write into its log what it is doing. */
  diagnosis(kind: string): Diagnosis | undefined;
  /** What of a release is compared with another before anything starts; absent: nothing yet. */
  readonly preflight?: Comparison;
  /** Users, roles, domain and endpoints in Keystone. */
  identity(secrets: Secrets): IdentityPlan;
  /** An ordinary user of it, with whose login the load is sent and checks are made. */
  user(secrets: Secrets): Login;
  /** The type of its service in Keystone's catalogue, e.g. `orchestration`. */
  readonly serviceType: string;
  /** The path of its API below an endpoint, for a project. */
  apiPath(projectId: string): string;
  /** The configuration that Tempest's tests of it need; absent where the lab has no such tests. */
  tempestConf?(secrets: Secrets): string;
  /** Waits until the service answers for itself. */
  awaitServing(lab: LabAccess, instance: ServiceInstance, options: AwaitServing): Promise<Serving>;
  /** Its own list of engines, as an operator sees it. */
  listEngines(lab: LabAccess, signal?: AbortSignal): Promise<readonly EngineRow[]>;
  /** What its engines hold in its database at this moment. */
  locks(database: Database, signal?: AbortSignal): Promise<HeldWork>;
  /** What it was asked for and has not ended, as its database says it. */
  inFlight(database: Database, signal?: AbortSignal): Promise<readonly InFlight[]>;
  /** What its database says was done to an object (a stack) and to those nested in it. */
  changes(
    database: Pick<Database, 'query'>,
    object: string,
    signal?: AbortSignal,
  ): Promise<readonly RecordedChange[]>;
  /** The broker's exchange that its services send each other calls and casts through. */
  readonly exchange: string;
  /** Whether a queue carries no work, e.g. a fanout queue. */
  isIdleQueue(queue: string): boolean;
  /** Whether a queue takes the replies to the calls of one process. */
  isReplyQueue(queue: string): boolean;
  /** Prepares the load; what it asks for must be there before the first request. */
  load(lab: LabAccess, signal?: AbortSignal): Promise<SubjectLoad>;
  /** How a cloud of somebody else's is watched; absent where the subject cannot be. */
  readonly cloud?: SubjectCloud;
}

/** How two releases of a subject are compared. */
export interface Comparison {
  readonly inventory: InventoryProgram;
  /** The names by which preflight finds what is the subject's own in an inventory. */
  readonly names: PreflightNames;
}

/** A program that prints the inventory of a release (`src/preflight/inventory.ts`). */
export interface InventoryProgram {
  files(): Promise<readonly ContainerFile[]>;
  /** In a container of the release's image, with these files in it. */
  readonly command: readonly string[];
}

/** A row of the subject's service list. */
export interface EngineRow {
  readonly host: string;
  readonly engineId: string;
  readonly status: 'up' | 'down';
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What engines hold: an engine that is gone holds it for ever. */
export interface HeldWork {
  /** Locks on objects (stacks). */
  readonly locks: readonly { readonly object: string; readonly engineId: string }[];
  /** Parts (resources) that engines work on, counted. */
  readonly held: readonly { readonly engineId: string; readonly count: number }[];
}

/** A row of the subject's database that records a change. */
export interface RecordedChange {
  /** Milliseconds since the epoch, in whole seconds. */
  readonly at: number;
  readonly text: string;
}

/** An object (a stack) with an operation under way. */
export interface InFlight {
  readonly object: string;
  readonly id: string;
  /** E.g. `UPDATE_IN_PROGRESS`. */
  readonly status: string;
  /** Since the subject last wrote down progress of it, or since it began. */
  readonly silentSeconds: number;
  /** Silent for long, and no engine that is there has anything of it in hand. */
  readonly stuck: boolean;
  /** The engine that has a lock on it. */
  readonly lockedBy?: string;
  /** The parts that are not done, and the engine that holds each. */
  readonly unfinished: readonly {
    readonly part: string;
    readonly status: string;
    readonly heldBy?: string;
  }[];
}

/** The api services of a topology, as the load balancer needs them. */
export function balancedServices(
  shape: SubjectShape,
  instances: readonly ServiceInstance[],
  host: (instance: ServiceInstance) => string,
): readonly BalancedService[] {
  return shape.services.flatMap((service) => {
    const servers = instances.filter(({ kind }) => kind === service.name);
    if (service.role !== 'api' || service.port === undefined || servers.length === 0) return [];
    return [
      {
        name: service.name,
        port: service.port,
        ...(service.checkPath === undefined ? {} : { checkPath: service.checkPath }),
        servers: servers.map((instance) => ({
          node: instance.node,
          service: instance.service,
          host: host(instance),
        })),
      },
    ];
  });
}
