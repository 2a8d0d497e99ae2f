import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/load/clock.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that moves only on request. */
export class FakeClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  async sleepUntil(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= this.#now || signal?.aborted === true) {
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const sleeper = { due: ms, wake };
    this.#sleepers.add(sleeper);
    signal?.addEventListener('abort', wake, { once: true });
    await promise;
    signal?.removeEventListener('abort', wake);
    this.#sleepers.delete(sleeper);
  }

  /** Moves on, waking each sleeper at its own time and letting it act before time goes on. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turn();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      this.#sleepers.delete(next);
      next.wake();
      await turn();
    }
    this.#now = end;
  }

  /** Moves on without a turn for anyone, as a blocked event loop does. Sleepers that are due wake late. */
  async stall(ms: number): Promise<void> {
    await turn();
    this.jump(ms);
    await this.advance(0);
  }

  /** Moves on and wakes no sleeper. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #next(end: number): Sleeper | undefined {
    return [...this.#sleepers]
      .filter(({ due }) => due <= end)
      .sort((a, b) => a.due - b.due)
      .at(0);
  }
}
