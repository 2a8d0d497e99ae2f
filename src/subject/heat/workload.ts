import { setTimeout as delay } from 'node:timers/promises';
import { runOpenLoop } from '../../load/open-loop.ts';
import type { Clock } from '../../load/clock.ts';
import { requestEvent } from '../../load/request-event.ts';
import type { HttpResult } from '../../load/http-client.ts';
import type { LabAccess, Workload, WorkloadContext } from '../subject.ts';
import { RollgateError } from '../../errors.ts';
import type { HeatApi, StackStatus } from './api.ts';
import { StackLifecycle, type LifecyclePlan } from './lifecycle.ts';
import { Settler } from './settle.ts';
import { chainTemplate } from './template.ts';

/** How often the list of stacks is read, for all lifecycles together. */
const POLL_MS = 1000;
/** Operations that still make progress so long after the last swap end the wait. */
const SETTLE_LIMIT_SECONDS = 600;

/** Stacks that live across the swaps, see LifecyclePlan. */
export class HeatWorkload implements Workload {
  readonly #lab: Pick<LabAccess, 'database'>;
  readonly #api: HeatApi;
  readonly #context: WorkloadContext;
  readonly #clock: Clock;
  readonly #client: AsyncDisposable;
  readonly #arrivals = new AbortController();
  readonly #polling = new AbortController();
  readonly #swapped = Promise.withResolvers<void>();
  readonly #lifecycles = new Map<string, StackLifecycle>();
  #running: Promise<unknown> = Promise.resolve();
  #poller: Promise<unknown> = Promise.resolve();

  constructor(
    lab: Pick<LabAccess, 'database'>,
    api: HeatApi,
    context: WorkloadContext,
    clock: Clock,
    client: AsyncDisposable,
  ) {
    this.#lab = lab;
    this.#api = api;
    this.#context = context;
    this.#clock = clock;
    this.#client = client;
  }

  start(): void {
    if (this.#context.plan.workload.rate === 0) return;
    this.#running = runOpenLoop({
      rate: this.#context.plan.workload.rate,
      startAt: this.#clock.now(),
      maxInFlight: Number.MAX_SAFE_INTEGER,
      clock: this.#clock,
      signal: this.#arrivals.signal,
      send: ({ index }) => this.#begin(index),
      drop: () => undefined,
    });
    this.#running.catch(() => this.#polling.abort());
    // An open loop too: a list whose answer got lost must not hide what the later ones say.
    this.#poller = runOpenLoop({
      rate: 1000 / POLL_MS,
      startAt: this.#clock.now(),
      maxInFlight: Number.MAX_SAFE_INTEGER,
      clock: this.#clock,
      signal: this.#polling.signal,
      send: () => this.#poll(),
      drop: () => undefined,
    });
    this.#poller.catch(() => undefined);
  }

  swapsDone(): void {
    this.#swapped.resolve();
  }

  finish(): void {
    this.#arrivals.abort();
    this.#swapped.resolve();
  }

  async settle(lastSwapAt: number, signal: AbortSignal): Promise<void> {
    this.finish();
    const settler = new Settler(this.#lab, this.#api, {
      stuckAfterMs: this.#context.plan.stuckAfterSeconds * 1000,
      quietSince: lastSwapAt,
      now: this.#context.now,
    });
    const deadline = this.#context.now() + SETTLE_LIMIT_SECONDS * 1000;
    // Lists that ended before their time would leave every stack looking stuck.
    const ended = Promise.race([
      this.#running.then(() => true),
      this.#poller.then(() => this.#running.then(() => true)),
    ]);
    ended.catch(() => undefined);
    do {
      signal.throwIfAborted();
      await settler.look([...this.#lifecycles.values()]);
      if (this.#context.now() > deadline) {
        throw new RollgateError(
          'not-settled',
          `${this.#context.ledger.open().length} operations still made progress ` +
            `${SETTLE_LIMIT_SECONDS} s after the load ended`,
        );
      }
    } while (!(await Promise.race([ended, delay(POLL_MS, false, { signal })])));
  }

  async stop(): Promise<void> {
    this.#arrivals.abort();
    this.#polling.abort();
    for (const lifecycle of this.#lifecycles.values()) lifecycle.abandon();
    this.#swapped.resolve();
    // First the connections: an answer may be a minute and a half away.
    const ended = Promise.allSettled([this.#running, this.#poller]);
    await this.#client[Symbol.asyncDispose]();
    await ended;
  }

  async #begin(index: number): Promise<void> {
    const { plan, seed, ledger } = this.#context;
    const lifecycle = new StackLifecycle({
      name: `rollgate-${seed}-${index}`,
      plan: lifecyclePlan(index),
      api: this.#api,
      template: chainTemplate({
        length: plan.workload.chain,
        actionSeconds: plan.workload.actionSeconds,
      }),
      ledger,
      emit: this.#context.emit,
      now: this.#context.now,
      record: (result) => this.#record(result),
      swapped: this.#swapped.promise,
    });
    this.#lifecycles.set(lifecycle.name, lifecycle);
    await lifecycle.run();
    this.#lifecycles.delete(lifecycle.name);
  }

  /** One list tells every lifecycle its stack's status. */
  async #poll(): Promise<void> {
    const askedAt = this.#context.now();
    const { result, value } = await this.#api.list();
    this.#record(result);
    if (value !== undefined) this.#tell(value, askedAt);
  }

  #tell(stacks: readonly StackStatus[], askedAt: number): void {
    const byId = new Map(stacks.map((stack) => [stack.id, stack]));
    for (const lifecycle of this.#lifecycles.values()) {
      lifecycle.see(lifecycle.id === undefined ? undefined : byId.get(lifecycle.id), askedAt);
    }
  }

  #record(result: HttpResult): void {
    const runStart = this.#clock.now() - this.#context.now();
    this.#context.emit(requestEvent(result, { probe: 'workload', runStart }));
  }
}

/**
 * A third of the stacks are updated and deleted at once; a third wait for the last swap, so that
 * the target changes what the base made; a third are updated at once and deleted after the swaps.
 */
export function lifecyclePlan(index: number): LifecyclePlan {
  switch (index % 3) {
    case 0:
      return { updateAfterSwaps: true, deleteAfterSwaps: true };
    case 1:
      return { updateAfterSwaps: false, deleteAfterSwaps: false };
    default:
      return { updateAfterSwaps: false, deleteAfterSwaps: true };
  }
}
