import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { RollgateError } from '../../../errors.ts';
import type { EventSink } from '../../../events/event.ts';
import { Admission, releasePace } from '../../../load/admission.ts';
import type { Clock } from '../../../load/clock.ts';
import { Gate } from '../../../load/gate.ts';
import type { HttpResult } from '../../../load/http/http-client.ts';
import { requestEvent } from '../../../load/http/request-event.ts';
import { runOpenLoop, type OpenLoopOptions } from '../../../load/open-loop.ts';
import { Rest } from '../../../load/rest.ts';
import type { Meeting } from '../../../scenario/topology/meeting.ts';
import { burstResult } from '../../burst.ts';
import type { BurstResult, Workload, WorkloadContext } from '../../load.ts';
import type { LabAccess } from '../../subject.ts';
import type { IronicApi } from '../api/api.ts';
import { readReservations } from '../database/nodes.ts';
import { kindOf, WHOLE_LIFE, type LifecycleKind } from './kinds.ts';
import { IronicLegacy } from './legacy.ts';
import { NodeLifecycle } from './lifecycle.ts';
import { Settler } from './settle.ts';

/** How often the list of nodes is read, for all lifecycles together. */
const POLL_MS = 1000;
/** Operations that still make progress so long after the last swap end the wait. */
const SETTLE_LIMIT_SECONDS = 600;
/** Nodes that live their whole life while old and new run side by side. */
const CROSSING_NODES = 4;

export interface IronicWorkloadOptions {
  readonly lab: Pick<LabAccess, 'database'>;
  readonly api: IronicApi;
  readonly context: WorkloadContext;
  readonly clock: Clock;
  /** Closed when it is stopped: what is still asked for is cut off. */
  readonly connection: AsyncDisposable;
}

/** Nodes that live across the swaps, see `LIFECYCLE_KINDS`. */
export class IronicWorkload implements Workload {
  readonly #options: IronicWorkloadOptions;
  readonly #arrivals = new AbortController();
  readonly #polling = new AbortController();
  readonly #gate = new Gate();
  readonly #rest: Rest;
  readonly #lifecycles = new Map<string, NodeLifecycle>();
  /** Bursts and crossings. */
  readonly #beside: Promise<unknown>[] = [];
  #running: Promise<unknown> = Promise.resolve();
  #poller: Promise<unknown> | undefined;
  #series = 0;

  constructor(options: IronicWorkloadOptions) {
    this.#options = options;
    this.#rest = new Rest(options.clock);
  }

  start(): void {
    const { emit, now, plan } = this.#options.context;
    const { rate, kinds, customKinds = [] } = plan.workload;
    leaveOut(emit, now, { calls: plan.calls, customKinds: customKinds.length > 0 });
    if (rate === 0) return;
    const leftOut = (why: string): void => {
      emit({ type: 'load-left-out', at: now(), what: 'bare metal nodes', why });
    };
    const admission = new Admission({ rate, underWay: this.#underWay, leftOut });
    this.#running = runOpenLoop({
      ...this.#openLoop(),
      rate,
      signal: this.#arrivals.signal,
      send: async ({ index }) => {
        if (!admission.admits()) return;
        await this.#begin(String(index), kindOf(index, kinds)).ended;
      },
    });
    this.#running.catch(() => this.#polling.abort());
    this.#startPolling();
  }

  /** How many operations were accepted, so long ago at most, and have not ended. */
  readonly #underWay = (withinMs = Infinity): number => {
    const since = this.#options.context.now() - withinMs;
    return [...this.#lifecycles.values()].filter(
      ({ pending }) => pending !== undefined && pending.acceptedAt >= since,
    ).length;
  };

  swapDone(): void {
    // Whichever API and conductor take a node's next step: it is begun and watched anyway.
  }

  observed(): void {
    // No request waits for the messages of another.
  }

  async crossed(_meetings: readonly Meeting[], signal: AbortSignal): Promise<void> {
    if (this.#options.context.plan.workload.rate === 0) return;
    this.#series += 1;
    const begun = Array.from(
      { length: CROSSING_NODES },
      (_, index) => this.#begin(`x${this.#series}-${index}`, WHOLE_LIFE).ended,
    );
    const all = Promise.all(begun);
    this.#beside.push(all);
    if (!signal.aborted) await Promise.race([all, once(signal, 'abort')]);
  }

  async burst(count: number, signal: AbortSignal): Promise<BurstResult> {
    this.#startPolling();
    this.#series += 1;
    const begun = Array.from({ length: count }, (_, index) =>
      this.#begin(`burst${this.#series}-${index}`, WHOLE_LIFE),
    );
    const all = Promise.all(begun.map(({ ended }) => ended));
    this.#beside.push(all);
    await Promise.race([all, once(signal, 'abort')]);
    return burstResult(
      begun.map(({ lifecycle }) => lifecycle),
      ({ status }) => status?.state,
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
    const { context, lab } = this.#options;
    this.finish();
    const settler = new Settler(lab.database, {
      stuckAfterMs: context.plan.stuckAfterSeconds * 1000,
      quietSince: lastSwapAt,
      now: context.now,
    });
    const deadline = context.now() + SETTLE_LIMIT_SECONDS * 1000;
    const allOver = Promise.all([this.#running, ...this.#beside]).then(() => true);
    // Lists that ended before their time would leave every node looking stuck.
    const ended = Promise.race([allOver, (this.#poller ?? allOver).then(() => allOver)]);
    ended.catch(() => undefined);
    do {
      signal.throwIfAborted();
      await settler.look([...this.#lifecycles.values()]);
      if (context.now() > deadline) {
        throw new RollgateError(
          'not-settled',
          `${context.ledger.open().length} operations still made progress ` +
            `${SETTLE_LIMIT_SECONDS} s after the load ended`,
        );
      }
    } while (!(await Promise.race([ended, delay(POLL_MS, false, { signal })])));
    await this.#checkLocks(signal);
  }

  revive(): Promise<void> {
    const { emit, now } = this.#options.context;
    const why = 'rollgate does not ask stuck nodes of Ironic to go on yet';
    emit({ type: 'load-left-out', at: now(), what: 'revive', why });
    return Promise.resolve();
  }

  get legacy(): IronicLegacy {
    return new IronicLegacy(this.#runs + 1);
  }

  async stop({ abandon }: { readonly abandon: boolean }): Promise<void> {
    this.#arrivals.abort();
    this.#polling.abort();
    for (const lifecycle of this.#lifecycles.values()) lifecycle.abandon();
    this.#gate.open();
    const ended = Promise.allSettled([this.#running, ...this.#beside, this.#poller]);
    // A request whose answer is still to come is recorded with it, or as timed out.
    if (!abandon) await ended;
    await this.#options.connection[Symbol.asyncDispose]();
    await ended;
  }

  get #runs(): number {
    const legacy = this.#options.context.link?.legacy;
    return legacy instanceof IronicLegacy ? legacy.runs : 0;
  }

  /** A lock that stays when all is done keeps its node from every further change. */
  async #checkLocks(signal: AbortSignal): Promise<void> {
    const { context, lab } = this.#options;
    const { locks } = await readReservations(lab.database, signal);
    const left = locks.filter(({ object }) => object.startsWith('rollgate-'));
    context.emit({
      type: 'integrity-checked',
      at: context.now(),
      check: 'no node stays locked when its operations have ended',
      object: 'all nodes',
      ok: left.length === 0,
      detail:
        left.length === 0
          ? 'no lock is left'
          : left.map(({ object, engineId }) => `${object} by ${engineId}`).join(', '),
    });
  }

  /** Arrivals that never wait for each other. */
  #openLoop(): Pick<OpenLoopOptions, 'startAt' | 'maxInFlight' | 'clock' | 'standstill' | 'drop'> {
    const { clock, context } = this.#options;
    const { standstill } = context;
    const maxInFlight = Number.MAX_SAFE_INTEGER;
    return { startAt: clock.now(), maxInFlight, clock, standstill, drop: () => undefined };
  }

  /** An open loop too: a list whose answer got lost must not hide what the later ones say. */
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

  #begin(
    number: string,
    kind: LifecycleKind,
  ): { readonly lifecycle: NodeLifecycle; readonly ended: Promise<void> } {
    const { api, clock, context } = this.#options;
    const run = this.#runs === 0 ? '' : `-${this.#runs}`;
    const lifecycle = new NodeLifecycle({
      name: `rollgate-${context.seed}${run}-${number}-${kind.name}`,
      kind,
      api,
      ledger: context.ledger,
      emit: context.emit,
      now: context.now,
      pause: (milliseconds) => clock.sleepUntil(clock.now() + milliseconds, this.#polling.signal),
      record: (result, object) => this.#record(result, object),
      mayAsk: () => context.standstill.over(this.#polling.signal),
      held: () => this.#gate.pass(),
      work: (turn) => this.#rest.work(turn, this.#polling.signal),
    });
    this.#lifecycles.set(lifecycle.name, lifecycle);
    const ended = lifecycle.run().then(() => void this.#lifecycles.delete(lifecycle.name));
    return { lifecycle, ended };
  }

  /** One list shows every lifecycle its node's state. */
  async #poll(): Promise<void> {
    const askedAt = this.#options.context.now();
    const { result, value } = await this.#options.api.list();
    this.#record(result);
    const byId = new Map((value ?? []).map((node) => [node.id, node]));
    for (const lifecycle of this.#lifecycles.values()) {
      const status = lifecycle.id === undefined ? undefined : byId.get(lifecycle.id);
      if (status !== undefined) lifecycle.see(status, askedAt);
    }
  }

  #record(result: HttpResult, object?: string): void {
    const { clock, context } = this.#options;
    const runStart = clock.now() - context.now();
    context.emit(requestEvent(result, { probe: 'workload', object, runStart }));
  }
}

/** Says what of a plan this workload does not do. */
function leaveOut(
  emit: EventSink,
  now: () => number,
  { calls, customKinds }: { readonly calls: boolean; readonly customKinds: boolean },
): void {
  if (calls) {
    const why = 'rollgate has no list of all calls of Ironic’s API yet';
    emit({ type: 'load-left-out', at: now(), what: 'calls', why });
  }
  if (customKinds) {
    const why = 'kinds that a user brings are templates, and Ironic has none';
    emit({ type: 'load-left-out', at: now(), what: 'customKinds', why });
  }
}
