import type { EventOf } from '../../../events/event.ts';
import type { Meeting } from '../../../scenario/topology/meeting.ts';
import { instanceName, type ServiceInstance } from '../../../scenario/topology/topology.ts';
import { burstResult } from '../../burst.ts';
import type { BurstResult, Workload } from '../../load.ts';
import type { LabAccess } from '../../subject.ts';
import { ArrivalWorkload } from '../../workload/arrival-workload.ts';
import { CHECK_FAILS, ENDS, ENDS_AT_BASE, ENDS_AT_TARGET } from '../api/endings.ts';
import { API_RELAY, BURST, ENGINE_RELAY, stackKind } from '../api/kinds.ts';
import type { LifecycleKind } from '../api/turns.ts';
import { CrossingCalls, type CrossingOptions } from '../calls/crossing.ts';
import { leftRows } from '../database/orphans.ts';
import { leftOutRecords } from '../database/records.ts';
import type { StackRecords } from '../database/stack-records.ts';
import { customLifecycle } from './custom-kind.ts';
import { areConvergent, EachAction } from './each-action.ts';
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
  readonly calls?: Pick<CrossingOptions, 'calls' | 'client' | 'token' | 'tokens'> | undefined;
  /** Closed by `stop`, which cuts off the requests in progress. */
  readonly connections: readonly AsyncDisposable[];
}

/** Stacks that live across the swaps, see `LIFECYCLE_KINDS`. */
export class HeatWorkload extends ArrivalWorkload implements Workload {
  readonly #options: HeatWorkloadOptions;
  readonly #stacks = new WorkloadStacks();
  readonly #starter: LifecycleStarter;
  readonly #lists: StackLists;
  readonly #relays: Relays;
  readonly #calls: CrossingCalls | undefined;
  readonly #each: EachAction;
  #bursts = 0;
  #series = 0;
  #others = 0;
  /** Each kind begins once at the target: the arrivals would only repeat them. */
  #isClosing = false;
  /** Requests name their server only while no server is about to be taken away. */
  #steering = false;

  constructor(options: HeatWorkloadOptions) {
    super({ ...options, objects: 'stacks' });
    this.#options = options;
    const { context, lab } = options;
    this.#starter = new LifecycleStarter({
      ...options,
      stacks: this.#stacks,
      over: this.polling,
      record: (result, object) => this.record(result, { object }),
      ...this.turns,
    });
    this.#lists = new StackLists({
      api: options.api,
      stacks: this.#stacks,
      loop: () => this.openLoop(),
      now: context.now,
      record: (result) => this.record(result),
    });
    const apis = lab.instances.filter(({ kind }) => kind === 'heat-api').map(instanceName);
    this.#calls = this.#crossingCalls(apis);
    this.#relays = this.#relaysOver(apis);
    this.#each = new EachAction({
      versions: context.versions,
      now: context.now,
      begin: (kind) => this.#starter.start(`x${(this.#others += 1)}`, kind).ended,
    });
  }

  #crossingCalls(apis: readonly string[]): CrossingCalls | undefined {
    const { calls } = this.#options;
    if (calls === undefined) return undefined;
    const { emit, expect, now } = this.context;
    return new CrossingCalls({
      ...calls,
      apis,
      record: (result) => this.record(result, { probe: CALLS }),
      emit,
      expect,
      now,
      pause: this.#pause,
    });
  }

  #relaysOver(apis: readonly string[]): Relays {
    return new Relays({
      apis,
      engines: this.#options.lab.instances.filter(({ role }) => role === 'engine').length,
      begin: (number, route) =>
        this.#starter.start(number, route === undefined ? ENGINE_RELAY : API_RELAY, {
          via: (action) => (this.#steering ? route?.(action) : undefined),
        }),
      over: this.arrivals,
      pause: (milliseconds) => this.#pause(milliseconds, this.arrivals),
    });
  }

  /** Waits this long, and until nothing is paused. */
  readonly #pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    await this.clock.sleepUntil(this.clock.now() + milliseconds, signal);
    await this.context.standstill.over(signal);
  };

  start(): void {
    const { rate, kinds: names, customKinds = [], atOnce, total } = this.context.plan.workload;
    const custom = customKinds.map(customLifecycle);
    if (rate === 0) return;
    const { cfn } = this.#options;
    this.beside(...this.#starter.startSurvivors().map(({ ended }) => ended));
    this.arrive({
      atOnce,
      total,
      isWanted: () => !this.#isClosing,
      begin: (index) =>
        this.#starter.start(String(index), stackKind(index, { cfn, names, custom })).ended,
    });
    this.#lists.read(this.polling);
    this.#callOnce();
    this.#begin(ENDS_AT_BASE);
  }

  /** Begins one stack of each kind in addition to the others, if further calls are wanted. */
  #begin(kinds: readonly LifecycleKind[]): void {
    if (this.#calls === undefined) return;
    this.#series += 1;
    this.beside(...kinds.map((kind) => this.#starter.start(`e${this.#series}`, kind).ended));
  }

  protected underWay(withinMs = Infinity): number {
    return this.#stacks.underWaySince(this.context.now() - withinMs);
  }

  /** Runs in parallel with the rest of the load, which waits for its end. */
  #callOnce(): void {
    if (this.#calls !== undefined) this.beside(this.#calls.once(this.polling));
  }

  targetStarts(): void {
    this.#starter.targetStarts();
  }

  swapDone(instance: ServiceInstance): void {
    if (this.context.plan.workload.rate === 0) return;
    this.#calls?.swapped(instanceName(instance));
    this.#each.swapped(instanceName(instance));
    if (instance.kind === 'heat-api') this.#relays.swapped(instanceName(instance));
    if (instance.role === 'engine') this.#relays.engineSwapped(instanceName(instance));
  }

  async crossed(meetings: readonly Meeting[], signal: AbortSignal): Promise<void> {
    const over = AbortSignal.any([signal, this.arrivals]);
    this.#steering = !over.aborted;
    over.addEventListener('abort', () => (this.#steering = false), { once: true });
    const calls = this.#calls?.cross(meetings, over);
    if (meetings.length > 0) this.#begin(ENDS);
    const each = calls === undefined || meetings.length === 0 ? undefined : this.#each.run(over);
    this.beside(...[calls, each].filter((one) => one !== undefined));
    await Promise.all([this.#relays.crossed, calls, each]);
  }

  observed(event: EventOf<'rpc-observed'>): void {
    this.#calls?.observed(event);
    this.#each.observed(event);
  }

  async burst(count: number, signal: AbortSignal): Promise<BurstResult> {
    this.#lists.read(this.polling);
    this.#bursts += 1;
    const begun = Array.from({ length: count }, (_, index) =>
      this.#starter.start(`burst${this.#bursts}-${index}`, BURST),
    );
    await this.besideUntil(
      begun.map(({ ended }) => ended),
      signal,
    );
    return burstResult(
      begun.map(({ lifecycle: { name, id, accepted, progress } }) => {
        const { outcome, status } = progress;
        return { name, id, accepted, outcome, status };
      }),
      ({ status }) => status?.status,
    );
  }

  override async release(signal: AbortSignal): Promise<void> {
    if (this.#calls === undefined) return super.release(signal);
    this.beside(this.#calls.atTarget(this.polling));
    const more = areConvergent(this.context.versions) ? [CHECK_FAILS] : [];
    this.#begin([...ENDS_AT_TARGET, ...more]);
    this.#isClosing = true;
    try {
      await super.release(signal);
    } finally {
      this.#isClosing = false;
    }
  }

  async settle(lastSwapAt: number, signal: AbortSignal): Promise<void> {
    this.finish();
    const settler = new Settler(this.#options.lab.records, {
      stuckAfterMs: this.context.plan.stuckAfterSeconds * 1000,
      quietSince: lastSwapAt,
      now: this.context.now,
    });
    await this.untilOver(
      {
        look: () => settler.look(this.#stacks.going),
        lists: this.#lists.reading,
        everyMs: LIST_MS,
      },
      signal,
      this.#relays.crossed,
    );
    await this.#checkRecords(signal);
  }

  get legacy(): HeatLegacy {
    return this.#starter.legacy;
  }

  async revive(limit: AbortSignal): Promise<void> {
    const { clock } = this;
    const { emit, now } = this.context;
    const pause = (milliseconds: number): Promise<void> =>
      clock.sleepUntil(clock.now() + milliseconds, limit);
    await revive(this.#stacks.stuck, { api: this.#options.api, emit, now, pause }, limit);
  }

  stop({ abandon }: { readonly abandon: boolean }): Promise<void> {
    return this.end({
      abandon,
      going: this.#stacks.going.map(({ progress }) => progress),
      others: [this.#relays.crossed, this.#lists.reading],
      connections: this.#options.connections,
    });
  }

  /** Checks the rows that completed stacks left in the database. */
  async #checkRecords(signal: AbortSignal): Promise<void> {
    const { emit, now } = this.context;
    const { open } = this.#starter;
    const { records } = this.#options.lab;
    const checks = await records.check(this.#stacks.records, { open, signal });
    const epoch = Date.now() - now();
    for (const { orphans, ...check } of checks) {
      emit({
        type: 'integrity-checked',
        at: now(),
        ...check,
        ...(orphans && { left: leftRows(orphans, epoch) }),
      });
    }
    for (const one of leftOutRecords(open)) {
      emit({ type: 'integrity-left-out', at: now(), ...one });
    }
  }
}
