import type { Side } from '../release/release.ts';
import type { Config } from '../scenario/config.ts';
import type { ScriptSpec } from '../scenario/own-files/script.ts';
import type { Infrastructure, InfrastructureUpgrade } from '../scenario/topology/infrastructure.ts';
import type { Meeting } from '../scenario/topology/meeting.ts';
import type { ServiceInstance } from '../scenario/topology/topology.ts';
import type { CheckAction } from './checkpoints/check.ts';

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

/** Actions of the load: they change no service. */
const OF_LOAD = [
  'start-load',
  'release',
  'stop-workload',
  'hold',
  'settle',
  'revive',
  'stop-load',
] as const satisfies readonly Action['kind'][];
export interface OfLoad {
  readonly kind: (typeof OF_LOAD)[number];
}

/** Whether an action is one of the load. */
export function isOfLoad<T extends { readonly kind: string }>(
  action: T,
): action is Extract<T, OfLoad> {
  return OF_LOAD.some((kind) => kind === action.kind);
}

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

/** A step that does one thing. */
export type SingleStep = Exclude<Step, { readonly kind: 'together' }>;
