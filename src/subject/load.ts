import type { EventOf, EventSink } from '../events/event.ts';
import type { RequestId } from '../events/fields.ts';
import type { Credentials } from '../load/http/credentials.ts';
import type { HttpClientOptions, HttpResult, RequestSpec } from '../load/http/http-client.ts';
import type { Ledger } from '../load/ledger.ts';
import type { Standstill } from '../load/standstill.ts';
import type { LoadPlan } from '../plan/plan.ts';
import type { CustomProbe } from '../scenario/custom/probe.ts';
import type { Meeting } from '../scenario/topology/meeting.ts';
import type { ServiceInstance } from '../scenario/topology/topology.ts';

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
  readonly expect: (request: RequestId, operation: string) => void;
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
   * Resolves once two things hold for every swap so far, or were given up. Stacks that a swapped
   * api made were changed and deleted through an api that was not swapped yet. Swapped engines
   * shared some work with others. Then it waits until every call that a user can cause went in each
   * of the meetings of an api, or for the signal.
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
   * ends. After the signal they are followed as all others.
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
