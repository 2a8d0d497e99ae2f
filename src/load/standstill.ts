import type { Clock } from './clock.ts';

/**
 * A load that can be paused. During the pause nothing new is sent; requests in flight are still
 * answered. Schedules resume where they stopped, without catching up.
 */
export class Standstill {
  readonly #clock: Pick<Clock, 'now'>;
  #now: { readonly since: number; readonly over: () => void } | undefined;
  #over: Promise<void> = Promise.resolve();
  #totalMs = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** When the load was paused, by the clock; `undefined` while it runs. */
  get since(): number | undefined {
    return this.#now?.since;
  }

  /** The total time of all finished pauses. */
  get totalMs(): number {
    return this.#totalMs;
  }

  begin(): void {
    if (this.#now !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#over = promise;
    this.#now = { since: this.#clock.now(), over: resolve };
  }

  end(): void {
    if (this.#now === undefined) return;
    this.#totalMs += this.#clock.now() - this.#now.since;
    this.#now.over();
    this.#now = undefined;
  }

  /** Resolves when the load may run, or at the abort; at once while it runs. */
  async over(signal?: AbortSignal): Promise<void> {
    if (this.#now === undefined || signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => resolve();
    signal?.addEventListener('abort', end, { once: true });
    void this.#over.then(end);
    await promise;
    signal?.removeEventListener('abort', end);
  }
}
