import { once } from 'node:events';
import { Admission, releasePace } from '../../load/admission.ts';
import type { Clock } from '../../load/clock.ts';
import { Gate } from '../../load/gate.ts';
import { requestEvent } from '../../load/http/request-event.ts';
import type { HttpResult } from '../../load/http/request.ts';
import { runOpenLoop, type OpenLoopOptions } from '../../load/open-loop.ts';
import { Rest } from '../../load/rest.ts';
import type { WorkloadContext } from '../load.ts';
import { untilSettled, type SettleWait } from './until-settled.ts';

export interface ArrivalWorkloadOptions {
  readonly context: WorkloadContext;
  readonly clock: Clock;
  /** The objects in sentences, e.g. `stacks`. */
  readonly objects: string;
}

/** How lifecycles arrive. */
export interface Arrivals {
  /** How many may be in progress at once. Default: no limit. */
  readonly atOnce?: number | undefined;
  /** How many begin at most. Default: no limit. */
  readonly total?: number | undefined;
  /** Whether one that arrives now is to begin. Default: yes. */
  readonly isWanted?: () => boolean;
  /** Begins one. @returns Its end. */
  readonly begin: (index: number) => Promise<unknown>;
}

/** What ends with a workload. */
export interface WorkloadEnd {
  /** Ends at once: unanswered requests are cut off and not reported. */
  readonly abandon: boolean;
  readonly going: Iterable<{ abandon(): void }>;
  /** Ends of work that the workload does not keep itself. */
  readonly others: readonly (Promise<unknown> | undefined)[];
  /** Closing them cuts off requests in progress. */
  readonly connections: readonly AsyncDisposable[];
}

/**
 * The common part of workloads whose lifecycles begin at a rate. That is arrivals, the gate that
 * holds some back until after the swaps, the rest at stops, and the end.
 */
export abstract class ArrivalWorkload {
  protected readonly context: WorkloadContext;
  protected readonly clock: Clock;
  readonly #objects: string;
  readonly #arrivals = new AbortController();
  readonly #polling = new AbortController();
  readonly #gate = new Gate();
  readonly #rest: Rest;
  /** The ends of lifecycles and calls that did not arrive at the rate. */
  readonly #beside: Promise<unknown>[] = [];
  #running: Promise<unknown> = Promise.resolve();

  constructor({ context, clock, objects }: ArrivalWorkloadOptions) {
    this.context = context;
    this.clock = clock;
    this.#objects = objects;
    this.#rest = new Rest(clock);
  }

  /** How many operations were accepted at most this long ago and have not ended. */
  protected abstract underWay(withinMs?: number): number;

  /** Aborts when no further lifecycle may begin. */
  protected get arrivals(): AbortSignal {
    return this.#arrivals.signal;
  }

  /** Aborts when objects are no longer followed. */
  protected get polling(): AbortSignal {
    return this.#polling.signal;
  }

  async release(signal: AbortSignal): Promise<void> {
    const { clock } = this;
    await this.#gate.openSlowly(releasePace({ clock, underWay: this.#underWay, signal }));
    signal.throwIfAborted();
  }

  rest(limitMs: number, signal: AbortSignal): Promise<number> {
    return this.#rest.begin(limitMs, signal);
  }

  resume(): void {
    this.#rest.end();
  }

  finish(): void {
    this.#arrivals.abort();
    this.#gate.open();
  }

  /** Begins lifecycles at the planned rate, as far as the services keep up. */
  protected arrive({ atOnce, total = Infinity, isWanted = () => true, begin }: Arrivals): void {
    const { rate } = this.context.plan.workload;
    const leftOut = (why: string, objects?: number): void =>
      this.leftOut(this.#objects, why, objects);
    const admission = new Admission({ rate, underWay: this.#underWay, leftOut });
    const running = runOpenLoop({
      ...this.openLoop(atOnce),
      rate,
      signal: this.arrivals,
      send: async ({ index }) => {
        if (index >= total || !isWanted() || !admission.admits()) return;
        await begin(index);
      },
    });
    this.#running = running.finally(() => admission.end());
    this.#running.catch(() => this.#polling.abort());
  }

  /** Work in addition to the arrivals. The workload waits for its end. */
  protected beside(...ends: readonly Promise<unknown>[]): void {
    this.#beside.push(...ends);
  }

  /** Waits for ends in addition to the arrivals, or for the signal. */
  protected async besideUntil(
    ends: readonly Promise<unknown>[],
    signal: AbortSignal,
  ): Promise<void> {
    const all = Promise.all(ends);
    this.beside(all);
    if (!signal.aborted) await Promise.race([all, once(signal, 'abort')]);
  }

  /** What a lifecycle needs of the workload: its turns wait for the gate and the rest. */
  protected readonly turns = {
    held: (): Promise<void> => this.#gate.pass(),
    work: (turn: () => Promise<void>): Promise<void> => this.#rest.work(turn, this.polling),
  };

  /** Arrivals that never wait for each other. */
  protected openLoop(
    maxInFlight = Number.MAX_SAFE_INTEGER,
  ): Pick<OpenLoopOptions, 'startAt' | 'maxInFlight' | 'clock' | 'standstill' | 'drop'> {
    const { clock, context } = this;
    const { standstill } = context;
    return { startAt: clock.now(), maxInFlight, clock, standstill, drop: () => undefined };
  }

  /** @throws RollgateError `not-settled`. */
  protected untilOver(
    wait: Pick<SettleWait, 'look' | 'lists' | 'everyMs'>,
    signal: AbortSignal,
    ...others: readonly Promise<unknown>[]
  ): Promise<void> {
    const allOver = Promise.all([this.#running, ...this.#beside, ...others]);
    return untilSettled({ ...wait, context: this.context, allOver }, signal);
  }

  protected async end({ abandon, going, others, connections }: WorkloadEnd): Promise<void> {
    this.#arrivals.abort();
    this.#polling.abort();
    for (const lifecycle of going) lifecycle.abandon();
    this.#gate.open();
    const ended = Promise.allSettled([this.#running, ...this.#beside, ...others]);
    // A request in progress is recorded with its answer, or as timed out.
    if (!abandon) await ended;
    await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()));
    await ended;
  }

  /** Reports a part of the plan that this workload does not send. */
  protected leftOut(what: string, why: string, objects?: number): void {
    const count = objects === undefined ? {} : { objects };
    this.context.emit({ type: 'load-left-out', at: this.context.now(), what, why, ...count });
  }

  protected record(
    result: HttpResult,
    of: { readonly probe?: string; readonly object?: string | undefined } = {},
  ): void {
    const { clock, context } = this;
    const runStart = clock.now() - context.now();
    context.emit(requestEvent(result, { probe: 'workload', runStart, ...of }));
  }

  readonly #underWay = (withinMs?: number): number => this.underWay(withinMs);
}
