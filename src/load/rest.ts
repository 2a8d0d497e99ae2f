import type { Clock } from './clock.ts';
import { Standstill } from './standstill.ts';

const LOOK_MS = 100;

/** Work whose start can be delayed until everything that has begun has ended. */
export class Rest {
  readonly #clock: Clock;
  readonly #standstill: Standstill;
  #underWay = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#standstill = new Standstill(clock);
  }

  /**
   * Does a piece of work as soon as no rest prevents it.
   * @param over Ends the wait: then the work is done at once.
   */
  async work(piece: () => Promise<void>, over: AbortSignal): Promise<void> {
    await this.#standstill.over(over);
    this.#underWay += 1;
    try {
      await piece();
    } finally {
      this.#underWay -= 1;
    }
  }

  /**
   * Lets nothing begin until `end`, and waits until nothing is in progress.
   * @returns How many pieces of work were still in progress at the limit.
   */
  async begin(limitMs: number, signal: AbortSignal): Promise<number> {
    this.#standstill.begin();
    const limit = this.#clock.now() + limitMs;
    while (this.#underWay > 0 && this.#clock.now() < limit && !signal.aborted) {
      await this.#clock.sleepUntil(this.#clock.now() + LOOK_MS, signal);
    }
    return this.#underWay;
  }

  end(): void {
    this.#standstill.end();
  }
}
