/** Makes each caller wait until it is opened. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #open = false;

  /** Resolves when the caller may go on. */
  pass(): Promise<void> {
    if (this.#open) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    return promise;
  }

  /** For all, at once. */
  open(): void {
    this.#open = true;
    for (const letGo of this.#waiting.splice(0)) letGo();
  }

  /**
   * Lets the waiters go on one after the other, in the order of their arrival, with a pause after
   * each. Later arrivals do not wait, so that the opening ends.
   */
  async openSlowly(pause: () => Promise<void>): Promise<void> {
    this.#open = true;
    for (let letGo = this.#waiting.shift(); letGo !== undefined; letGo = this.#waiting.shift()) {
      letGo();
      await pause();
    }
  }
}
