import type { EventOf, EventSink } from '../events/event.ts';
import type { RequestId } from '../events/fields.ts';
import type { Credentials } from '../load/http/credentials.ts';
import type { HttpClientOptions } from '../load/http/http-client.ts';
import type { HttpResult, RequestSpec } from '../load/http/request.ts';
import type { Ledger } from '../load/ledger.ts';
import type { Standstill } from '../load/standstill.ts';
import type { LoadPlan } from '../plan/plan.ts';
import type { CustomProbe } from '../scenario/custom/probe.ts';
import type { Meeting } from '../scenario/topology/meeting.ts';
import type { ServiceInstance } from '../scenario/topology/topology.ts';

/** One request of a named probe, e.g. a list of stacks. */
export type ProbeRequest = () => RequestSpec;

/**
 * What a run hands over to the next run on the same lab. Except for the names, only the subject
 * writes and reads it.
 */
export interface Legacy {
  /** Objects that live on. */
  readonly objects: readonly string[];
}

/** A run's place in a chain of upgrades of one lab. */
export interface Link {
  /** From the previous run; `undefined` in the first. */
  readonly legacy: Legacy | undefined;
  readonly last: boolean;
}

/** What the runner passes to a workload. */
export interface WorkloadContext {
  readonly plan: LoadPlan;
  readonly seed: number;
  /** The versions of base and target, if known. */
  readonly versions: readonly string[];
  /** If set, objects live from one run to the next. */
  readonly link?: Link | undefined;
  readonly ledger: Ledger;
  readonly emit: EventSink;
  /**
   * A request that is about to be sent, by its `X-OpenStack-Request-ID`: its messages are observed
   * apart, under this name.
   */
  readonly expect: (request: RequestId, operation: string) => void;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  /** During a pause nothing new is requested. */
  readonly standstill: Standstill;
}

/** The result of objects that were requested at the same time. */
export interface BurstResult {
  /** Those that the API accepted. */
  readonly accepted: number;
  /** Those that completed their life. */
  readonly completed: number;
  /** Those that did not, and their states. */
  readonly others: readonly { readonly object: string; readonly status: string }[];
}

/** Object lifecycles that span the swaps. */
export interface Workload {
  /** Begins lifecycles at the planned rate. */
  start(): void;
  /** A service of the target was started: from now on it may be the cause of a difference. */
  targetStarts?(): void;
  /** A service was swapped or started, and serves. */
  swapDone(instance: ServiceInstance): void;
  /**
   * Resolves once two things hold for every swap so far, or were given up. First, an api that is
   * not swapped yet changed and deleted stacks that a swapped api made. Second, swapped engines
   * shared some work with others. Then it waits until every call that a user can cause was seen in
   * each meeting of an api, or for the signal.
   */
  crossed(meetings: readonly Meeting[], signal: AbortSignal): Promise<void>;
  /** Reports messages from one service to another. */
  observed(event: EventOf<'rpc-observed'>): void;
  /**
   * The last swap is done: held-back objects resume, one after the other. Resolves when nothing is
   * held back any longer, or at the signal.
   */
  release(signal: AbortSignal): Promise<void>;
  /**
   * Begins this many lifecycles at once, without waiting for an answer, and follows them to their
   * ends. After the signal they are followed like all others.
   */
  burst(count: number, signal: AbortSignal): Promise<BurstResult>;
  /**
   * Begins no operation until `resume`, and waits until those in progress have ended, at most for the
   * limit in milliseconds.
   * @returns How many were still in progress at the limit.
   */
  rest(limitMs: number, signal: AbortSignal): Promise<number>;
  /** The rest is over. */
  resume(): void;
  /** Begins no more lifecycles; those in progress continue to their last operation. */
  finish(): void;
  /**
   * Waits until every accepted operation is settled, and decides for those that do not end whether
   * they are stuck or lost.
   * @param lastSwapAt Milliseconds since the start of the run.
   */
  settle(lastSwapAt: number, signal: AbortSignal): Promise<void>;
  /**
   * Revives stuck objects, as an operator would, and follows each until it ends or until the limit.
   * `revival-ended` has the result; in the ledger it stays stuck.
   */
  revive(limit: AbortSignal): Promise<void>;
  /** For the next run on the lab; once it has settled. */
  readonly legacy: Legacy;
  /**
   * Ends it. It waits for unanswered requests, each for its time-out at most.
   * @param abandon Ends at once: unanswered requests are cut off and not reported.
   */
  stop(options: { readonly abandon: boolean }): Promise<void>;
}

/** How to recognize answers of a subject, and how to check its server's certificate. */
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
  /** The request of a user's own probe. */
  custom(probe: CustomProbe): { readonly origin: string; readonly request: ProbeRequest };
  workload(context: WorkloadContext): Workload;
}
