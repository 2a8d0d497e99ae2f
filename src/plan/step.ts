import type { Side } from '../release/release.ts';
import type { Config } from '../scenario/config.ts';
import type { ScriptSpec } from '../scenario/own-files/script.ts';
import type {
  Infrastructure,
  InfrastructureTask,
  InfrastructureUpgrade,
  ServerName,
} from '../scenario/topology/infrastructure.ts';
import type { Meeting } from '../scenario/topology/meeting.ts';
import type { ServiceInstance } from '../scenario/topology/topology.ts';
import type { CheckAction } from './checkpoints/check.ts';

/** The action of a step, as data: the runner carries it out, the printer names it. */
export type Action =
  /** Migrates the schema with the code of `side`. */
  | { readonly kind: 'db-sync'; readonly side: Side }
  /** Migrates the rows that the schema migration left unchanged, while the services run. */
  | { readonly kind: 'migrate-data'; readonly side: Side }
  /**
   * Makes every service that is started from here on use the messages and records of a release. It
   * is the subject's own option, set while releases are mixed.
   */
  | { readonly kind: 'pin'; readonly release: string }
  /** Removes the pin, for every service that is started from here on. */
  | { readonly kind: 'unpin' }
  /** Makes a broker vhost with the lab's user in it. */
  | { readonly kind: 'create-vhost'; readonly vhost: string }
  /** Options of the subject's configuration for every service that is started or moved from here on. */
  | { readonly kind: 'set-options'; readonly config: Config }
  /** Stops a service with its own grace, keeps its log, removes the container. */
  | { readonly kind: 'stop'; readonly target: ServiceInstance }
  /**
   * Stops services that run at the target, one after the other, after the load: how they stop is
   * known then. In a chain only the last upgrade does it.
   */
  | ({ readonly kind: 'try-stop'; readonly targets: readonly ServiceInstance[] } & Pick<
      WaitLimit,
      'limitSeconds'
    >)
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
   * (`successorOf`). It replaces the first once that is stopped.
   */
  | {
      readonly kind: 'surge';
      readonly target: ServiceInstance;
      readonly side: Side;
      readonly vhost: string;
    }
  /**
   * Takes an api out of the load balancer's rotation and waits until it has no sessions. `drain`:
   * HAProxy still checks it; `maintenance`: HAProxy does not.
   */
  | ({
      readonly kind: 'drain';
      readonly target: ServiceInstance;
      readonly how: 'drain' | 'maintenance';
    } & WaitLimit)
  /** Puts an api back, and waits until it serves and the load balancer sees it UP. */
  | { readonly kind: 'undrain'; readonly target: ServiceInstance }
  /** Moves a running api to another vhost: its configuration is rewritten and reloaded. */
  | { readonly kind: 'move-api'; readonly target: ServiceInstance; readonly vhost: string }
  /**
   * Has a service that runs read its configuration anew: it is written as the lab's options and pin
   * are now, and the service gets SIGHUP.
   */
  | { readonly kind: 'reload'; readonly target: ServiceInstance; readonly vhost: string }
  /**
   * Checks a vhost until `samples` checks in a row, one second apart, found it quiet. Quiet means
   * that its work queues (without fanout queues) have no message. If `of` says so, it also means
   * that no engine of that vhost holds anything in the subject's database.
   */
  | ({
      readonly kind: 'quiesce';
      readonly vhost: string;
      readonly of: 'queues' | 'queues and held work';
      readonly samples: number;
    } & WaitLimit)
  /**
   * Stops an infrastructure server and starts the one of another suite in its place, with its data,
   * name and ports; waits until it serves.
   */
  | ({ readonly kind: 'swap-infrastructure'; readonly server: ServerName } & Omit<
      InfrastructureUpgrade,
      'from'
    >)
  /** What the upgrade of an infrastructure service needs besides the swap of its servers. */
  | ({
      readonly kind: 'infrastructure-task';
      readonly task: InfrastructureTask;
    } & Omit<InfrastructureUpgrade, 'from'>)
  | Fault
  | CheckAction
  | ScriptAction
  | { readonly kind: 'start-load' }
  /** Resumes the stacks that were held back for the target, one by one. */
  | { readonly kind: 'release' }
  /** Begins no new stack lifecycles, and finishes those in progress; probes continue. */
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
       * Pairs of sender and engine that can exchange messages during the step, with
       * `crossingSeconds`.
       */
      readonly meetings?: readonly Meeting[];
    }
  /** Waits until every accepted operation is settled: completed, failed, stuck or lost. */
  | { readonly kind: 'settle' }
  /** Revives stuck objects, as an operator would, and follows each to its end. */
  | { readonly kind: 'revive'; readonly limitSeconds: number }
  | { readonly kind: 'stop-load' }
  /** Steps that are carried out in parallel. */
  | { readonly kind: 'together'; readonly steps: readonly Step[] };

/** Actions of the load, and the trial after it: they roll no service. */
const OF_LOAD = [
  'start-load',
  'release',
  'stop-workload',
  'hold',
  'settle',
  'revive',
  'stop-load',
  'try-stop',
] as const satisfies readonly Action['kind'][];
export interface OfLoad {
  readonly kind: (typeof OF_LOAD)[number];
}

/** Whether an action concerns only the load. */
export function isOfLoad<T extends { readonly kind: string }>(
  action: T,
): action is Extract<T, OfLoad> {
  return OF_LOAD.some((kind) => kind === action.kind);
}

/**
 * Runs a program that requests further steps while it runs; these become steps below this one.
 * Without `run` it is a function of the program that called the library.
 */
export type ScriptAction = Omit<ScriptSpec, 'run'> & {
  readonly kind: 'script';
  readonly run?: string;
  /** Made when the script reaches their point. */
  readonly checks: readonly CheckAction[];
};

/** How long a step waits for its condition, and what it does if the condition is not met. */
export interface WaitLimit {
  readonly limitSeconds: number;
  readonly otherwise: 'fail' | 'continue';
}

/** Faults that are done to one container. */
type FaultOfContainer = 'stop' | 'kill' | 'pause' | 'unplug';

/**
 * A fault of the lab. It is undone after `seconds`, also if a step fails or the run is aborted. `stop`: with the
 * service's own grace; `kill`: without. The time counts from its exit. Then the same container is
 * started, and a service has to serve before the plan goes on. `pause`: its processes are frozen.
 * `unplug`: it is off the network, so that its address and its name are gone. `cut`: no packet
 * passes between it and these services. `narrow`: its outgoing traffic is limited
 * to a rate.
 */
export type Fault = { readonly kind: 'fault'; readonly seconds: number } & (
  | { readonly fault: FaultOfContainer; readonly target: ServiceInstance }
  | { readonly fault: FaultOfContainer; readonly infrastructure: ServerName }
  | {
      readonly fault: 'cut';
      readonly target: ServiceInstance;
      readonly from: readonly Infrastructure[];
    }
  /** In the format of `tc`: `64kbit`. */
  | { readonly fault: 'narrow'; readonly target: ServiceInstance; readonly rate: string }
  /** More busy loops than the machine has cores. */
  | { readonly fault: 'burn-cpu' }
);

/** One action of the roll, e.g. the swap of a service. */
export type Step = Action & {
  /** Its position, as `file:line:column: path`, in a choreography that a user wrote. */
  readonly place?: string;
  /** For a step outside the plan, which a script requested: its stage. */
  readonly stage?: string;
  /** Position in the tree, e.g. `3.2`. */
  readonly id: string;
  /** One line for a person. */
  readonly name: string;
};

/** A step that does one thing. */
export type SingleStep = Exclude<Step, { readonly kind: 'together' }>;

/** The single step of one kind of action. */
export type StepOf<K extends SingleStep['kind']> = Extract<SingleStep, { readonly kind: K }>;
