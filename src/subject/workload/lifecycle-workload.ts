import { once } from 'node:events';
import { Admission, releasePace } from '../../load/admission.ts';
import type { Clock } from '../../load/clock.ts';
import { Gate } from '../../load/gate.ts';
import { requestEvent } from '../../load/http/request-event.ts';
import type { HttpResult } from '../../load/http/request.ts';
import { runOpenLoop, type OpenLoopOptions } from '../../load/open-loop.ts';
import { Rest } from '../../load/rest.ts';
import type { Meeting } from '../../scenario/topology/meeting.ts';
import { burstResult } from '../burst.ts';
import type { Answer } from '../json-body.ts';
import type { BurstResult, Workload, WorkloadContext } from '../load.ts';
import type { LifecycleKind } from './kinds.ts';
import type { LifecycleContext, ObjectLifecycle } from './object-lifecycle.ts';
import { RunCount } from './run-count.ts';
import { Settler, type ObjectRecords } from './settler.ts';
import { untilSettled } from './until-settled.ts';

/** How often the list of objects is read, for all lifecycles together. */
const POLL_MS = 1000;
/** The number of objects that go through their whole life while old and new run side by side. */
const CROSSING_OBJECTS = 4;

/** The part of the workload that is specific to a subject. */
export interface ObjectWork<Action extends string, Status extends { readonly id: string }> {
  /** The subject's name in sentences. */
  readonly title: string;
  /** Its objects, e.g. `bare metal nodes`. */
  readonly objects: string;
  /** Begun one after the other. */
  readonly kinds: readonly LifecycleKind<Action>[];
  /** Lifecycles without a wait. */
  readonly wholeLife: LifecycleKind<Action>;
  begin(context: LifecycleContext, kind: LifecycleKind<Action>): ObjectLifecycle<Action, Status>;
  /** The states of all objects of the load's project. */
  list(): Promise<Answer<readonly Status[]>>;
  readonly records: ObjectRecords;
  /** Checks the conditions after all operations have ended. */
  settled?(context: Pick<WorkloadContext, 'emit' | 'now'>, signal: AbortSignal): Promise<void>;
}

export interface LifecycleWorkloadOptions<
  Action extends string,
  Status extends { readonly id: string },
> {
  readonly work: ObjectWork<Action, Status>;
  readonly context: WorkloadContext;
  readonly clock: Clock;
  /** Closed when it is stopped, which cuts off requests in progress. */
  readonly connection: AsyncDisposable;
}

/** Objects that live across the swaps, but not longer than the run. */
export class LifecycleWorkload<
  Action extends string,
  Status extends { readonly id: string },
> implements Workload {
  readonly #options: LifecycleWorkloadOptions<Action, Status>;
  readonly #arrivals = new AbortController();
  readonly #polling = new AbortController();
  readonly #gate = new Gate();
  readonly #rest: Rest;
  readonly #lifecycles = new Map<string, ObjectLifecycle<Action, Status>>();
  /** Bursts and crossings. */
  readonly #beside: Promise<unknown>[] = [];
  #running: Promise<unknown> = Promise.resolve();
  #poller: Promise<unknown> | undefined;
  #series = 0;

  constructor(options: LifecycleWorkloadOptions<Action, Status>) {
    this.#options = options;
    this.#rest = new Rest(options.clock);
  }

  start(): void {
    const { context, work } = this.#options;
    const { rate, kinds } = context.plan.workload;
    this.#leaveOut();
    if (rate === 0) return;
    const leftOut = (why: string): void => {
      context.emit({ type: 'load-left-out', at: context.now(), what: work.objects, why });
    };
    const begun = work.kinds.filter(({ name }) => kinds?.includes(name) ?? true);
    const admission = new Admission({ rate, underWay: this.#underWay, leftOut });
    this.#running = runOpenLoop({
      ...this.#openLoop(),
      rate,
      signal: this.#arrivals.signal,
      send: async ({ index }) => {
        if (!admission.admits()) return;
        const kind = begun[index % begun.length] ?? work.wholeLife;
        await this.#begin(String(index), kind).ended;
      },
    });
    this.#running.catch(() => this.#polling.abort());
    this.#startPolling();
  }

  /** How many operations were accepted at most this long ago and have not ended. */
  readonly #underWay = (withinMs = Infinity): number => {
    const since = this.#options.context.now() - withinMs;
    return [...this.#lifecycles.values()].filter(
      ({ pending }) => pending !== undefined && pending.acceptedAt >= since,
    ).length;
  };

  swapDone(): void {
    // Independent of which services take an object's next step.
  }

  observed(): void {
    // No request waits for messages of another.
  }

  async crossed(_meetings: readonly Meeting[], signal: AbortSignal): Promise<void> {
    if (this.#options.context.plan.workload.rate === 0) return;
    this.#series += 1;
    const all = Promise.all(
      Array.from(
        { length: CROSSING_OBJECTS },
        (_, index) => this.#begin(`x${this.#series}-${index}`, this.#options.work.wholeLife).ended,
      ),
    );
    this.#beside.push(all);
    if (!signal.aborted) await Promise.race([all, once(signal, 'abort')]);
  }

  async burst(count: number, signal: AbortSignal): Promise<BurstResult> {
    this.#startPolling();
    this.#series += 1;
    const begun = Array.from({ length: count }, (_, index) =>
      this.#begin(`burst${this.#series}-${index}`, this.#options.work.wholeLife),
    );
    const all = Promise.all(begun.map(({ ended }) => ended));
    this.#beside.push(all);
    await Promise.race([all, once(signal, 'abort')]);
    return burstResult(
      begun.map(({ lifecycle }) => lifecycle),
      ({ state }) => state,
    );
  }

  async release(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await this.#gate.openSlowly(releasePace({ clock, underWay: this.#underWay, signal }));
    signal.throwIfAborted();
  }

  rest(limitMs: number, signal: AbortSignal): Promise<number> {
    return this.#rest.begin(limitMs, signal);
  }

  goOn(): void {
    this.#rest.end();
  }

  finish(): void {
    this.#arrivals.abort();
    this.#gate.open();
  }

  async settle(lastSwapAt: number, signal: AbortSignal): Promise<void> {
    const { context, work } = this.#options;
    this.finish();
    const settler = new Settler(work.records, {
      stuckAfterMs: context.plan.stuckAfterSeconds * 1000,
      quietSince: lastSwapAt,
      now: context.now,
    });
    await untilSettled(
      {
        context,
        look: () => settler.look([...this.#lifecycles.values()]),
        allOver: Promise.all([this.#running, ...this.#beside]),
        lists: this.#poller,
        everyMs: POLL_MS,
      },
      signal,
    );
    await work.settled?.(context, signal);
  }

  revive(): Promise<void> {
    const { context, work } = this.#options;
    const why = `rollgate does not ask stuck ${work.objects} of ${work.title} to go on yet`;
    context.emit({ type: 'load-left-out', at: context.now(), what: 'revive', why });
    return Promise.resolve();
  }

  get legacy(): RunCount {
    return new RunCount(this.#runs + 1);
  }

  async stop({ abandon }: { readonly abandon: boolean }): Promise<void> {
    this.#arrivals.abort();
    this.#polling.abort();
    for (const lifecycle of this.#lifecycles.values()) lifecycle.abandon();
    this.#gate.open();
    const ended = Promise.allSettled([this.#running, ...this.#beside, this.#poller]);
    // A request in progress is recorded with its answer, or as timed out.
    if (!abandon) await ended;
    await this.#options.connection[Symbol.asyncDispose]();
    await ended;
  }

  get #runs(): number {
    const legacy = this.#options.context.link?.legacy;
    return legacy instanceof RunCount ? legacy.runs : 0;
  }

  /** Reports the parts of a plan that this workload does not support. */
  #leaveOut(): void {
    const { context, work } = this.#options;
    const { calls, workload } = context.plan;
    const leftOut = (what: string, why: string): void => {
      context.emit({ type: 'load-left-out', at: context.now(), what, why });
    };
    if (calls) leftOut('calls', `rollgate has no list of all calls of ${work.title}’s API yet`);
    if ((workload.customKinds ?? []).length > 0) {
      leftOut('customKinds', `kinds that a user brings are templates, and ${work.title} has none`);
    }
  }

  /** Arrivals that never wait for each other. */
  #openLoop(): Pick<OpenLoopOptions, 'startAt' | 'maxInFlight' | 'clock' | 'standstill' | 'drop'> {
    const { clock, context } = this.#options;
    const { standstill } = context;
    const maxInFlight = Number.MAX_SAFE_INTEGER;
    return { startAt: clock.now(), maxInFlight, clock, standstill, drop: () => undefined };
  }

  /** An open loop too, so that a lost answer does not delay later lists. */
  #startPolling(): void {
    if (this.#poller !== undefined) return;
    this.#poller = runOpenLoop({
      ...this.#openLoop(),
      rate: 1000 / POLL_MS,
      signal: this.#polling.signal,
      send: () => this.#poll(),
    });
    this.#poller.catch(() => undefined);
  }

  /** One list has the state of every lifecycle's object. */
  async #poll(): Promise<void> {
    const { context, work } = this.#options;
    const askedAt = context.now();
    const { result, value } = await work.list();
    this.#record(result);
    if (value === undefined) return;
    const byId = new Map(value.map((status) => [status.id, status]));
    for (const lifecycle of this.#lifecycles.values()) {
      const status = lifecycle.id === undefined ? undefined : byId.get(lifecycle.id);
      if (status === undefined) await lifecycle.missed();
      else lifecycle.see(status, askedAt);
    }
  }

  #begin(
    number: string,
    kind: LifecycleKind<Action>,
  ): { readonly lifecycle: ObjectLifecycle<Action, Status>; readonly ended: Promise<void> } {
    const { clock, context, work } = this.#options;
    const run = this.#runs === 0 ? '' : `-${this.#runs}`;
    const { signal } = this.#polling;
    const lifecycle = work.begin(
      {
        name: `rollgate-${context.seed}${run}-${number}-${kind.name}`,
        ledger: context.ledger,
        emit: context.emit,
        now: context.now,
        pause: (milliseconds) => clock.sleepUntil(clock.now() + milliseconds, signal),
        record: (result, object) => this.#record(result, object),
        mayAsk: () => context.standstill.over(signal),
        held: () => this.#gate.pass(),
        work: (turn) => this.#rest.work(turn, signal),
      },
      kind,
    );
    this.#lifecycles.set(lifecycle.name, lifecycle);
    const ended = lifecycle.run().then(() => void this.#lifecycles.delete(lifecycle.name));
    return { lifecycle, ended };
  }

  #record(result: HttpResult, object?: string): void {
    const { clock, context } = this.#options;
    const runStart = clock.now() - context.now();
    context.emit(requestEvent(result, { probe: 'workload', object, runStart }));
  }
}
