import type { Overlay } from '../release/overlay.ts';
import type { ReleaseRef } from '../release/release.ts';
import type { Config, ScopedConfig } from '../scenario/config.ts';
import type { CustomKind } from '../scenario/custom/kind.ts';
import type { CustomProbe } from '../scenario/custom/probe.ts';
import type { OrderRule } from '../scenario/order-rule.ts';
import type { InfrastructureUpgrade } from '../scenario/topology/infrastructure.ts';
import type { Topology } from '../scenario/topology/topology.ts';
import type { Connection } from '../words.ts';
import type { BalancerSettings } from './balancer.ts';
import type { DatabaseOptions, Deployer } from './deployer.ts';
import type { Step } from './step.ts';

/** A part of the roll, such as `schema` or `node1`. */
export interface Stage {
  /** Its name in the plan and the reports. */
  readonly name: string;
  /** In the order in which they are carried out. */
  readonly steps: readonly Step[];
}

/** An arrival rate per second for a probe, over new or over kept connections. */
export interface ProbePlan {
  readonly probe: string;
  readonly connection: Connection;
  readonly rate: number;
}

export interface LoadPlan {
  readonly probes: readonly ProbePlan[];
  /** The user's own probes. */
  readonly customProbes?: readonly CustomProbe[];
  readonly workload: {
    /** Stack lifecycles begun per second. */
    readonly rate: number;
    /** Resources in each stack's chain. */
    readonly chain: number;
    /** Seconds that each resource of the chain takes for an action. */
    readonly actionSeconds: number;
    /** Kinds of lifecycles, begun one after the other. Default: all of the subject. */
    readonly kinds?: readonly string[];
    /** Maximum number of lifecycles at the same time. Default: no limit. */
    readonly atOnce?: number;
    /** Maximum number of lifecycles in total. Default: no limit. */
    readonly total?: number;
    /** The user's own kinds; begun before the subject's. */
    readonly customKinds?: readonly CustomKind[];
    /** Whether to wait until no operation is in progress before an engine stops. Default: false. */
    readonly restAtStops?: boolean;
  };
  /** Whether a guest's agent polls beside the load. Default: false. */
  readonly agent?: boolean;
  /** Whether every call that a user can cause is sent, at base, in the mixed state and at target. */
  readonly calls: boolean;
  /**
   * A stack that is still in progress after the last swap, without an event for this long, is
   * stuck.
   */
  readonly stuckAfterSeconds: number;
}

/** Which deployer, and in which of its releases. */
export type PlannedDeployer = Pick<Deployer, 'name' | 'releases' | 'vcpus' | 'changes'>;

/** Everything that will be done, from a scenario and a seed. Immutable. */
export interface Plan {
  /** The scenario's name. */
  readonly scenario: string;
  /** The software under upgrade, e.g. `heat`. */
  readonly subject: string;
  /** The users' objects, in the singular. */
  readonly noun: string;
  /** Each has parts that are created one after the other. */
  readonly chains?: true;
  /** Fixes every random choice. */
  readonly seed: number;
  /** The name of the roll's order. */
  readonly choreography: string;
  /** A warning about a probable mistake, in one line. */
  readonly note?: string;
  /** According to the catalogue, engines of base and target speak different RPC versions. */
  readonly rpcDiffers?: true;
  /** SLURP releases between base and target, oldest first. */
  readonly skips?: readonly string[];
  /** The choreography in one line. */
  readonly summary: string;
  /** Which service runs on which node. */
  readonly topology: Topology;
  /** Base and target are the same image: services are restarted, not upgraded. */
  readonly restart: boolean;
  /**
   * Names of the options, files and variables that differ between target and base, apart from the
   * deployer's own changes. Empty if the configuration stays. In a restart they are the upgrade:
   * configuration A to configuration B.
   */
  readonly configurationChanges: readonly string[];
  /** Infrastructure that is swapped for another suite's, in this order, before the subject is. */
  readonly infrastructure: readonly InfrastructureUpgrade[];
  /** The initial broker vhost of all services. */
  readonly baseVhost: string;
  /** The release to upgrade from. */
  readonly base: ReleaseRef;
  /** The release to upgrade to. */
  readonly target: ReleaseRef;
  /** How the images of base and target are made, if source is laid over a release's image. */
  readonly overlays: readonly Overlay[];
  /** The tags that must be proven. */
  readonly require: readonly string[];
  /** In the written order. */
  readonly thresholds: readonly { readonly metric: string; readonly expression: string }[];
  /** Orders that have to be kept. */
  readonly rules: readonly OrderRule[];
  /** The requests and stacks during the run. */
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
  /** Settings of the load balancer, from the lab's start to its end. */
  readonly balancer: BalancerSettings;
  /** Options of MariaDB's server that override the lab's own. */
  readonly database: DatabaseOptions;
  /** The initial dump of the lab's database. Default: it is empty. */
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
  /** The parts of the roll, in order. */
  readonly stages: readonly Stage[];
}

/** Whether only the configuration changes: from A, the base's, to B, the target's. */
export function isReconfiguration({
  restart,
  configurationChanges,
}: Pick<Plan, 'restart' | 'configurationChanges'>): boolean {
  return restart && configurationChanges.length > 0;
}
