import type { Clock } from '../../load/clock.ts';
import { runOpenLoop } from '../../load/open-loop.ts';
import type { Meeting } from '../../scenario/topology/meeting.ts';
import { burstResult } from '../burst.ts';
import type { ParsedAnswer } from '../json-body.ts';
import type { BurstResult, Workload, WorkloadContext } from '../load.ts';
import { ArrivalWorkload } from './arrival-workload.ts';
import type { LifecycleKind } from './kinds.ts';
import type { LifecycleContext, ObjectLifecycle } from './object-lifecycle.ts';
import { RunCount } from './run-count.ts';
import { Settler, type ObjectRecords } from './settler.ts';

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
  list(): Promise<ParsedAnswer<readonly Status[]>>;
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
export class LifecycleWorkload<Action extends string, Status extends { readonly id: string }>
  extends ArrivalWorkload
  implements Workload
{
  readonly #options: LifecycleWorkloadOptions<Action, Status>;
  readonly #lifecycles = new Map<string, ObjectLifecycle<Action, Status>>();
  #poller: Promise<unknown> | undefined;
  #series = 0;

  constructor(options: LifecycleWorkloadOptions<Action, Status>) {
    super({ ...options, objects: options.work.objects });
    this.#options = options;
  }

  start(): void {
    const { work } = this.#options;
    const { rate, kinds } = this.context.plan.workload;
    this.#leaveOut();
    if (rate === 0) return;
    const begun = work.kinds.filter(({ name }) => kinds?.includes(name) ?? true);
    this.arrive({
      begin: (index) =>
        this.#begin(String(index), begun[index % begun.length] ?? work.wholeLife).ended,
    });
    this.#startPolling();
  }

  protected underWay(withinMs = Infinity): number {
    const since = this.context.now() - withinMs;
    return [...this.#lifecycles.values()].filter(
      ({ pending }) => pending !== undefined && pending.acceptedAt >= since,
    ).length;
  }

  swapDone(): void {
    // The next step of an object does not depend on which services take it.
  }

  observed(): void {
    // No request waits for messages of another.
  }

  async crossed(_meetings: readonly Meeting[], signal: AbortSignal): Promise<void> {
    if (this.context.plan.workload.rate === 0) return;
    await this.besideUntil(this.#beginWhole(CROSSING_OBJECTS, 'x').map(endOf), signal);
  }

  async burst(count: number, signal: AbortSignal): Promise<BurstResult> {
    this.#startPolling();
    const begun = this.#beginWhole(count, 'burst');
    await this.besideUntil(begun.map(endOf), signal);
    return burstResult(
      begun.map(({ lifecycle }) => lifecycle),
      ({ state }) => state,
    );
  }

  async settle(lastSwapAt: number, signal: AbortSignal): Promise<void> {
    const { work } = this.#options;
    this.finish();
    const settler = new Settler(work.records, {
      stuckAfterMs: this.context.plan.stuckAfterSeconds * 1000,
      quietSince: lastSwapAt,
      now: this.context.now,
    });
    await this.untilOver(
      {
        look: () => settler.look([...this.#lifecycles.values()]),
        lists: this.#poller,
        everyMs: POLL_MS,
      },
      signal,
    );
    await work.settled?.(this.context, signal);
  }

  revive(): Promise<void> {
    const { title, objects } = this.#options.work;
    this.leftOut('revive', `rollgate does not ask stuck ${objects} of ${title} to go on yet`);
    return Promise.resolve();
  }

  get legacy(): RunCount {
    return new RunCount(this.#runs + 1);
  }

  stop({ abandon }: { readonly abandon: boolean }): Promise<void> {
    return this.end({
      abandon,
      going: this.#lifecycles.values(),
      others: [this.#poller],
      connections: [this.#options.connection],
    });
  }

  get #runs(): number {
    const legacy = this.context.link?.legacy;
    return legacy instanceof RunCount ? legacy.runs : 0;
  }

  /** Reports the parts of a plan that this workload does not support. */
  #leaveOut(): void {
    const { title } = this.#options.work;
    const { calls, workload } = this.context.plan;
    if (calls) this.leftOut('calls', `rollgate has no list of all calls of ${title}’s API yet`);
    if ((workload.customKinds ?? []).length > 0) {
      const why = `kinds that a user brings are templates, and ${title} has none`;
      this.leftOut('customKinds', why);
    }
  }

  /** An open loop too, so that a lost answer does not delay later lists. */
  #startPolling(): void {
    if (this.#poller !== undefined) return;
    this.#poller = runOpenLoop({
      ...this.openLoop(),
      rate: 1000 / POLL_MS,
      signal: this.polling,
      send: () => this.#poll(),
    });
    this.#poller.catch(() => undefined);
  }

  /** One list has the state of every lifecycle's object. */
  async #poll(): Promise<void> {
    const askedAt = this.context.now();
    const { result, value } = await this.#options.work.list();
    this.record(result);
    if (value === undefined) return;
    const byId = new Map(value.map((status) => [status.id, status]));
    for (const lifecycle of this.#lifecycles.values()) {
      const status = lifecycle.id === undefined ? undefined : byId.get(lifecycle.id);
      if (status === undefined) await lifecycle.missed();
      else lifecycle.see(status, askedAt);
    }
  }

  /** Begins this many whole lives at once. */
  #beginWhole(count: number, prefix: string): readonly BegunLifecycle<Action, Status>[] {
    this.#series += 1;
    return Array.from({ length: count }, (_, index) =>
      this.#begin(`${prefix}${this.#series}-${index}`, this.#options.work.wholeLife),
    );
  }

  #begin(number: string, kind: LifecycleKind<Action>): BegunLifecycle<Action, Status> {
    const { clock, context, polling: signal } = this;
    const run = this.#runs === 0 ? '' : `-${this.#runs}`;
    const lifecycle = this.#options.work.begin(
      {
        name: `rollgate-${context.seed}${run}-${number}-${kind.name}`,
        ledger: context.ledger,
        emit: context.emit,
        now: context.now,
        pause: (milliseconds) => clock.sleepUntil(clock.now() + milliseconds, signal),
        record: (result, object) => this.record(result, { object }),
        mayAsk: () => context.standstill.over(signal),
        ...this.turns,
      },
      kind,
    );
    this.#lifecycles.set(lifecycle.name, lifecycle);
    const ended = lifecycle.run().then(() => void this.#lifecycles.delete(lifecycle.name));
    return { lifecycle, ended };
  }
}

interface BegunLifecycle<Action extends string, Status extends { readonly id: string }> {
  readonly lifecycle: ObjectLifecycle<Action, Status>;
  readonly ended: Promise<void>;
}

function endOf({ ended }: { readonly ended: Promise<void> }): Promise<void> {
  return ended;
}
