import type { Overlay } from '../release/overlay.ts';
import type { ReleaseRef, Side } from '../release/release.ts';
import type { Config, ScopedConfig } from '../scenario/config.ts';
import type { CustomKind } from '../scenario/custom/kind.ts';
import type { CustomProbe } from '../scenario/custom/probe.ts';
import type { OrderRule } from '../scenario/order-rule.ts';
import type { ScriptSpec } from '../scenario/own-files/script.ts';
import type { Infrastructure, InfrastructureUpgrade } from '../scenario/topology/infrastructure.ts';
import type { Meeting } from '../scenario/topology/meeting.ts';
import type { ServiceInstance, Topology } from '../scenario/topology/topology.ts';
import type { BalancerSettings } from './balancer.ts';
import type { CheckAction } from './checkpoints/check.ts';
import type { DatabaseOptions, Deployer } from './deployer.ts';

/** The action of a step. Data: the runner carries it out, the printer names it. */
export type Action =
  /** Moves the schema with the code of `side`. */
  | { readonly kind: 'db-sync'; readonly side: Side }
  /** Moves the rows that the schema's move left as they were, while the services run. */
  | { readonly kind: 'migrate-data'; readonly side: Side }
  /**
   * Holds every service that is started from here on to the messages and records of a release. It
   * is the subject's own option, set while releases are mixed.
   */
  | { readonly kind: 'pin'; readonly release: string }
  /** Takes the pin away again, for every service that is started from here on. */
  | { readonly kind: 'unpin' }
  /** Makes a broker vhost with the lab's user in it. */
  | { readonly kind: 'create-vhost'; readonly vhost: string }
  /** Options of the subject's configuration for every service that is started or moved from here on. */
  | { readonly kind: 'set-options'; readonly config: Config }
  /** Stops a service with its own grace, keeps its log, removes the container. */
  | { readonly kind: 'stop'; readonly target: ServiceInstance }
  /** Starts a service at a release, on a vhost, and waits until it serves. */
  | {
      readonly kind: 'start';
      readonly target: ServiceInstance;
      readonly side: Side;
      readonly vhost: string;
    }
  /** `stop`, then `start` under the same name, hostname and alias. */
  | {
      readonly kind: 'swap';
      readonly target: ServiceInstance;
      readonly side: Side;
      readonly vhost: string;
    }
  /**
   * Starts an engine beside the running one: the same service of the same node, as another instance
   * (`successorOf`). It takes the place of the first once that is stopped.
   */
  | {
      readonly kind: 'surge';
      readonly target: ServiceInstance;
      readonly side: Side;
      readonly vhost: string;
    }
  /**
   * Takes an api out of the load balancer's rotation and waits until it has no sessions. `drain`:
   * it is still checked; `maintenance`: it is left alone altogether.
   */
  | ({
      readonly kind: 'drain';
      readonly target: ServiceInstance;
      readonly how: 'drain' | 'maintenance';
    } & Limit)
  /** Puts an api back, and waits until it serves and the load balancer sees it UP. */
  | { readonly kind: 'undrain'; readonly target: ServiceInstance }
  /** Has an api that runs take another vhost: its configuration is rewritten and read anew. */
  | { readonly kind: 'move-api'; readonly target: ServiceInstance; readonly vhost: string }
  /**
   * Looks at a vhost until `samples` looks in a row, one second apart, found it quiet. Quiet means
   * that its work queues hold no message (fanout queues apart). Where `of` says so, the subject's
   * database also has nothing that an engine of that vhost holds.
   */
  | ({
      readonly kind: 'quiesce';
      readonly vhost: string;
      readonly of: 'queues' | 'queues and held work';
      readonly samples: number;
    } & Limit)
  /**
   * Stops an infrastructure service and starts that of another suite in its place, with its data,
   * its name and its ports; waits until it serves.
   */
  | ({ readonly kind: 'swap-infrastructure' } & InfrastructureUpgrade)
  | Fault
  | CheckAction
  | ScriptAction
  | { readonly kind: 'start-load' }
  /** Resumes the stacks that were held back for the target, one by one. */
  | { readonly kind: 'release' }
  /** No new stack lifecycles, those under way are carried to their end; probes go on. */
  | { readonly kind: 'stop-workload' }
  /**
   * Lets the load run for `seconds`. Then it waits, up to `crossingSeconds`, for two things. Stacks
   * made by a new API were changed and deleted through an old one, and every call was seen in each
   * of `meetings`.
   */
  | {
      readonly kind: 'hold';
      readonly seconds: number;
      readonly crossingSeconds?: number;
      /**
       * Pairs of sender and engine that can exchange messages meanwhile, with `crossingSeconds`.
       */
      readonly meetings?: readonly Meeting[];
    }
  /** Waits until every accepted operation is settled: completed, failed, stuck or lost. */
  | { readonly kind: 'settle' }
  /** Revives stuck objects, as an operator would, and follows each to its end. */
  | { readonly kind: 'revive'; readonly limitSeconds: number }
  | { readonly kind: 'stop-load' }
  /** Steps that are carried out side by side. */
  | { readonly kind: 'together'; readonly steps: readonly Step[] };

/**
 * Runs a program that asks for further steps while it runs; they come to be below this one. Without
 * `run` it is a function of the program that called the library.
 */
export type ScriptAction = Omit<ScriptSpec, 'run'> & {
  readonly kind: 'script';
  readonly run?: string;
  /** Made when the script comes to their point. */
  readonly checks: readonly CheckAction[];
};

/** How long a step waits for its condition, and its reaction if the condition does not come. */
export interface Limit {
  readonly limitSeconds: number;
  readonly otherwise: 'fail' | 'continue';
}

/**
 * A fault of the lab, which is undone after `seconds` whatever happens meanwhile. `stop`: with the
 * service's own grace; `kill`: without. The time counts from its exit. Then the same container is
 * started, and a service has to serve before the plan goes on. `pause`: its processes are frozen.
 * `cut`: no packet between it and these services. `narrow`: its sending is slowed down to a rate.
 */
export type Fault = { readonly kind: 'fault'; readonly seconds: number } & (
  | { readonly fault: 'stop' | 'kill' | 'pause'; readonly target: ServiceInstance }
  | { readonly fault: 'stop' | 'kill' | 'pause'; readonly infrastructure: Infrastructure }
  | {
      readonly fault: 'cut';
      readonly target: ServiceInstance;
      readonly from: readonly Infrastructure[];
    }
  /** As `tc` takes it: `64kbit`. */
  | { readonly fault: 'narrow'; readonly target: ServiceInstance; readonly rate: string }
  /** More busy loops than the machine has cores. */
  | { readonly fault: 'burn-cpu' }
);

export type Step = Action & {
  /** Where it is written, as `file:line:column: path`, for a choreography that a user wrote. */
  readonly place?: string;
  /** Of a step that the plan does not have, since a script asked for it: the stage it belongs to. */
  readonly stage?: string;
  /** Position in the tree, e.g. `3.2`. */
  readonly id: string;
  /** One line for a person. */
  readonly name: string;
};

export interface Stage {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** An arrival rate per second for a probe, over new or over kept connections. */
export interface ProbePlan {
  readonly probe: string;
  readonly connection: 'new' | 'reused';
  readonly rate: number;
}

export interface LoadPlan {
  readonly probes: readonly ProbePlan[];
  /** Requests that a user brings, beside the probes. */
  readonly customProbes?: readonly CustomProbe[];
  readonly workload: {
    /** Stack lifecycles begun per second. */
    readonly rate: number;
    /** Resources in each stack's chain. */
    readonly chain: number;
    /** Seconds that each resource of the chain takes for an action. */
    readonly actionSeconds: number;
    /** Kinds of lifecycles, begun one after the other. Default: all that the subject has. */
    readonly kinds?: readonly string[];
    /** Lifecycles under way at once at most. Default: no limit. */
    readonly atOnce?: number;
    /** Lifecycles begun in all at most. Default: no limit. */
    readonly total?: number;
    /** Kinds that a user brings; begun before the subject's own. */
    readonly customKinds?: readonly CustomKind[];
    /** Whether no operation is under way when an engine is stopped. Default: false. */
    readonly restAtStops?: boolean;
  };
  /** Whether a guest's agent polls beside the load. Default: false. */
  readonly agent?: boolean;
  /** Whether every call that a user can cause is sent, at base, in the mixed state and at target. */
  readonly calls: boolean;
  /**
   * A stack without an event of its own for this long after the last swap, and still in
   * progress, is stuck.
   */
  readonly stuckAfterSeconds: number;
}

/** Which deployer, and in which of its releases. */
export type PlannedDeployer = Pick<Deployer, 'name' | 'releases' | 'vcpus' | 'changes'>;

/** Immutable: all that will be done, from a scenario and a seed. */
export interface Plan {
  readonly scenario: string;
  readonly subject: string;
  /** The users' objects, in the singular. */
  readonly noun: string;
  /** Each has parts that are made one after the other. */
  readonly chains?: true;
  readonly seed: number;
  readonly choreography: string;
  /** A warning about a probable mistake, in one line. */
  readonly note?: string;
  /** SLURP releases between base and target, oldest first. */
  readonly skips?: readonly string[];
  /** The choreography in one line. */
  readonly summary: string;
  readonly topology: Topology;
  /** Base and target are the same image: services are restarted, and no release is upgraded. */
  readonly restart: boolean;
  /**
   * Names of the options, files and variables that differ between target and base, apart from the
   * deployer's own changes. Empty if the configuration stays. In a restart they are the upgrade:
   * configuration A to configuration B.
   */
  readonly configurationChanges: readonly string[];
  /** Infrastructure that is swapped for another suite's, in this order, before the subject is. */
  readonly infrastructure: readonly InfrastructureUpgrade[];
  /** The broker vhost that all services are on when it begins. */
  readonly baseVhost: string;
  readonly base: ReleaseRef;
  readonly target: ReleaseRef;
  /** How the images of base and target are made, where source is laid over a release's. */
  readonly overlays: readonly Overlay[];
  readonly require: readonly string[];
  /** As they are written, in their order. */
  readonly thresholds: readonly { readonly metric: string; readonly expression: string }[];
  /** Orders that have to be kept. */
  readonly rules: readonly OrderRule[];
  readonly load: LoadPlan;
  /**
   * Options of the subject's configuration, for every service at base and at target: the
   * scenario's, and those that the choreography needs.
   */
  readonly config: Config;
  /** The same for some services only, in order: later ones win. */
  readonly configFor: readonly ScopedConfig[];
  /** The deployer whose settings the lab has; `undefined` for the lab's own. */
  readonly deployer?: PlannedDeployer;
  /** The load balancer's, from the lab's start to its end. */
  readonly balancer: BalancerSettings;
  /** Options of MariaDB's server over the lab's own. */
  readonly database: DatabaseOptions;
  /** The dump that the lab's database begins with; absent: it is empty. */
  readonly databaseDump?: string;
  /** Whether all apis of a kind may be out of rotation at once. */
  readonly apisMayBeAway: boolean;
  /** How long a service may take from its start until it serves. */
  readonly serveSeconds: number;
  /** How long a migration of the schema or the data may take. */
  readonly migrateSeconds: number;
  /**
   * How long any service may take to stop before it is killed: one number for all kinds. Default:
   * the subject's for each kind (`stopGraceSeconds`).
   */
  readonly stopSeconds?: number;
  readonly stages: readonly Stage[];
}

/** Whether all that changes is the configuration: from A, the base's, to B, the target's. */
export function isReconfiguration({
  restart,
  configurationChanges,
}: Pick<Plan, 'restart' | 'configurationChanges'>): boolean {
  return restart && configurationChanges.length > 0;
}
