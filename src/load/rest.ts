import type { Clock } from './clock.ts';
import { Standstill } from './standstill.ts';

const LOOK_MS = 100;

/** Work that can be kept from beginning for a while, until all that had begun has ended. */
export class Rest {
  readonly #clock: Clock;
  readonly #standstill: Standstill;
  #underWay = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#standstill = new Standstill(clock);
  }

  /**
   * Does a piece of work, as soon as no rest keeps it from beginning.
   * @param over Ends the waiting: then the work is done at once.
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
   * Lets nothing begin until `end`, and waits until nothing is under way.
   * @returns How many pieces of work were still under way when the limit came.
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
