import { once } from 'node:events';
import type { EventOf } from '../../../events/event.ts';
import { Admission, releasePace } from '../../../load/admission.ts';
import { Gate } from '../../../load/gate.ts';
import { requestEvent } from '../../../load/http/request-event.ts';
import type { HttpResult } from '../../../load/http/request.ts';
import { runOpenLoop, type OpenLoopOptions } from '../../../load/open-loop.ts';
import { Rest } from '../../../load/rest.ts';
import type { Meeting } from '../../../scenario/topology/meeting.ts';
import { instanceName, type ServiceInstance } from '../../../scenario/topology/topology.ts';
import { burstResult } from '../../burst.ts';
import type { BurstResult, Workload } from '../../load.ts';
import type { LabAccess } from '../../subject.ts';
import { untilSettled } from '../../workload/until-settled.ts';
import {
  API_RELAY,
  BURST,
  ENDS,
  ENDS_AT_BASE,
  ENGINE_RELAY,
  kindOf,
  QUICK_ENDS,
  type LifecycleKind,
} from '../api/kinds.ts';
import { CrossingCalls, type CrossingOptions } from '../calls/crossing.ts';
import type { StackRecords } from '../database/stack-records.ts';
import { customLifecycle } from './custom-kind.ts';
import type { HeatLegacy } from './legacy.ts';
import { LifecycleStarter, type StacksOptions } from './lifecycle-starter.ts';
import { LIST_MS, StackLists } from './lists.ts';
import { Relays } from './relays.ts';
import { revive } from './revive.ts';
import { Settler } from './settle.ts';
import { WorkloadStacks } from './stacks.ts';

/** The probe name of calls that only test whether old and new understand each other. */
const CALLS = 'calls';

export interface HeatWorkloadOptions extends StacksOptions {
  readonly lab: Pick<LabAccess, 'instances'> & { readonly records: StackRecords };
  /** Wait conditions can be signalled over heat-api-cfn. */
  readonly cfn: boolean;
  /** Calls that a user can make besides those of a lifecycle. Absent if the scenario excludes them. */
  readonly calls?: Pick<CrossingOptions, 'calls' | 'client' | 'token'> | undefined;
  /** Closed by `stop`, which cuts off the requests in progress. */
  readonly connections: readonly AsyncDisposable[];
}

/** Stacks that live across the swaps, see `LIFECYCLE_KINDS`. */
export class HeatWorkload implements Workload {
  readonly #options: HeatWorkloadOptions;
  readonly #arrivals = new AbortController();
  readonly #polling = new AbortController();
  readonly #gate = new Gate();
  readonly #rest: Rest;
  readonly #stacks = new WorkloadStacks();
  readonly #starter: LifecycleStarter;
  readonly #lists: StackLists;
  /** Bursts and survivors. */
  readonly #beside: Promise<unknown>[] = [];
  readonly #relays: Relays;
  readonly #calls: CrossingCalls | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #bursts = 0;
  #series = 0;
  /** Requests name their server only while no server is about to be taken away. */
  #steering = false;

  constructor(options: HeatWorkloadOptions) {
    this.#options = options;
    const { calls, clock, context, lab } = options;
    this.#rest = new Rest(clock);
    this.#starter = new LifecycleStarter({
      ...options,
      stacks: this.#stacks,
      over: this.#polling.signal,
      record: (result, object) => this.#record(result, { object }),
      held: () => this.#gate.pass(),
      work: (turn) => this.#rest.work(turn, this.#polling.signal),
    });
    this.#lists = new StackLists({
      api: options.api,
      stacks: this.#stacks,
      loop: () => this.#openLoop(),
      now: context.now,
      record: (result) => this.#record(result),
    });
    const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
      await clock.sleepUntil(clock.now() + milliseconds, signal);
      await context.standstill.over(signal);
    };
    const apis = lab.instances.filter(({ kind }) => kind === 'heat-api').map(instanceName);
    this.#calls =
      calls &&
      new CrossingCalls({
        ...calls,
        apis,
        record: (result) => this.#record(result, { probe: CALLS }),
        emit: context.emit,
        expect: context.expect,
        now: context.now,
        pause,
      });
    this.#relays = new Relays({
      apis,
      engines: lab.instances.filter(({ role }) => role === 'engine').length,
      begin: (number, route) =>
        this.#starter.start(number, route === undefined ? ENGINE_RELAY : API_RELAY, {
          via: (action) => (this.#steering ? route?.(action) : undefined),
        }),
      over: this.#arrivals.signal,
      pause: (milliseconds) => pause(milliseconds, this.#arrivals.signal),
    });
  }

  start(): void {
    const { context, cfn } = this.#options;
    const { rate, kinds: names, customKinds = [], atOnce, total } = context.plan.workload;
    const custom = customKinds.map(customLifecycle);
    if (rate === 0) return;
    const leftOut = (why: string): void => {
      context.emit({ type: 'load-left-out', at: context.now(), what: 'stacks', why });
    };
    const admission = new Admission({ rate, underWay: this.#underWay, leftOut });
    this.#beside.push(...this.#starter.startSurvivors().map(({ ended }) => ended));
    this.#running = runOpenLoop({
      ...this.#openLoop(atOnce),
      rate,
      signal: this.#arrivals.signal,
      send: async ({ index }) => {
        if (index >= (total ?? Infinity) || !admission.admits()) return;
        await this.#starter.start(String(index), kindOf(index, { cfn, names, custom })).ended;
      },
    });
    this.#running.catch(() => this.#polling.abort());
    this.#lists.read(this.#polling.signal);
    this.#callOnce();
    this.#begin(ENDS_AT_BASE);
  }

  /** Begins one stack of each kind in addition to the others, if further calls are wanted. */
  #begin(kinds: readonly LifecycleKind[]): void {
    if (this.#calls === undefined) return;
    this.#series += 1;
    this.#beside.push(...kinds.map((kind) => this.#starter.start(`e${this.#series}`, kind).ended));
  }

  readonly #underWay = (withinMs = Infinity): number =>
    this.#stacks.underWaySince(this.#options.context.now() - withinMs);

  /** Runs in parallel with the rest of the load, which waits for its end. */
  #callOnce(): void {
    if (this.#calls !== undefined) this.#beside.push(this.#calls.once(this.#polling.signal));
  }

  /** Arrivals that never wait for each other. */
  #openLoop(
    maxInFlight = Number.MAX_SAFE_INTEGER,
  ): Pick<OpenLoopOptions, 'startAt' | 'maxInFlight' | 'clock' | 'standstill' | 'drop'> {
    const { clock, context } = this.#options;
    const { standstill } = context;
    return { startAt: clock.now(), maxInFlight, clock, standstill, drop: () => undefined };
  }

  targetStarts(): void {
    this.#starter.targetStarts();
  }

  swapDone(instance: ServiceInstance): void {
    if (this.#options.context.plan.workload.rate === 0) return;
    this.#calls?.swapped(instanceName(instance));
    if (instance.kind === 'heat-api') this.#relays.swapped(instanceName(instance));
    if (instance.role === 'engine') this.#relays.engineSwapped(instanceName(instance));
  }

  async crossed(meetings: readonly Meeting[], signal: AbortSignal): Promise<void> {
    const over = AbortSignal.any([signal, this.#arrivals.signal]);
    this.#steering = !over.aborted;
    over.addEventListener('abort', () => (this.#steering = false), { once: true });
    const calls = this.#calls?.cross(meetings, over);
    if (meetings.length > 0) this.#begin(ENDS);
    if (calls !== undefined) this.#beside.push(calls);
    await Promise.all([this.#relays.crossed, calls]);
  }

  observed(event: EventOf<'rpc-observed'>): void {
    this.#calls?.observed(event);
  }

  async burst(count: number, signal: AbortSignal): Promise<BurstResult> {
    this.#lists.read(this.#polling.signal);
    this.#bursts += 1;
    const begun = Array.from({ length: count }, (_, index) =>
      this.#starter.start(`burst${this.#bursts}-${index}`, BURST),
    );
    const all = Promise.all(begun.map(({ ended }) => ended));
    this.#beside.push(all);
    await Promise.race([all, once(signal, 'abort')]);
    return burstResult(
      begun.map(({ lifecycle: { name, id, accepted, progress } }) => {
        const { outcome, status } = progress;
        return { name, id, accepted, outcome, status };
      }),
      ({ status }) => status?.status,
    );
  }

  async release(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    if (this.#calls !== undefined) this.#beside.push(this.#calls.atTarget(this.#polling.signal));
    this.#begin(QUICK_ENDS);
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
    const { context, lab } = this.#options;
    this.finish();
    const settler = new Settler(lab.records, {
      stuckAfterMs: context.plan.stuckAfterSeconds * 1000,
      quietSince: lastSwapAt,
      now: context.now,
    });
    await untilSettled(
      {
        context,
        look: () => settler.look(this.#stacks.going),
        allOver: Promise.all([this.#running, this.#relays.crossed, ...this.#beside]),
        lists: this.#lists.reading,
        everyMs: LIST_MS,
      },
      signal,
    );
    await this.#checkRecords(signal);
  }

  get legacy(): HeatLegacy {
    return this.#starter.legacy;
  }

  async revive(limit: AbortSignal): Promise<void> {
    const { api, clock, context } = this.#options;
    const pause = (milliseconds: number): Promise<void> =>
      clock.sleepUntil(clock.now() + milliseconds, limit);
    await revive(this.#stacks.stuck, { api, emit: context.emit, now: context.now, pause }, limit);
  }

  async stop({ abandon }: { readonly abandon: boolean }): Promise<void> {
    this.#arrivals.abort();
    this.#polling.abort();
    for (const { progress } of this.#stacks.going) progress.abandon();
    this.#gate.open();
    const ended = Promise.allSettled([
      this.#running,
      this.#relays.crossed,
      ...this.#beside,
      this.#lists.reading,
    ]);
    // A request in progress is recorded with its answer, or as timed out.
    if (!abandon) await ended;
    await Promise.all(
      this.#options.connections.map((connection) => connection[Symbol.asyncDispose]()),
    );
    await ended;
  }

  /** Checks the rows that completed stacks left in the database. */
  async #checkRecords(signal: AbortSignal): Promise<void> {
    const { context, lab } = this.#options;
    const { open } = this.#starter;
    for (const check of await lab.records.check(this.#stacks.records, { open, signal })) {
      context.emit({ type: 'integrity-checked', at: context.now(), ...check });
    }
  }

  #record(result: HttpResult, of: { probe?: string; object?: string | undefined } = {}): void {
    const { clock, context } = this.#options;
    const runStart = clock.now() - context.now();
    context.emit(requestEvent(result, { probe: 'workload', runStart, ...of }));
  }
}
