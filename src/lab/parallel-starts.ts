/** Parallel starts: one failure ends all of them. */
export class ParallelStarts {
  /** Aborted by the caller, or by the first failure with its error. */
  readonly signal: AbortSignal;
  readonly #failed = new AbortController();
  readonly #onProgress: ((line: string) => void) | undefined;
  readonly #began = performance.now();

  constructor(options: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((line: string) => void) | undefined;
  }) {
    const { signal } = options;
    this.signal = AbortSignal.any([this.#failed.signal, ...(signal ? [signal] : [])]);
    this.#onProgress = options.onProgress;
  }

  /** @throws The error of the work, which then ends the rest. */
  async guarded<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      this.signal.throwIfAborted();
      return result;
    } catch (error) {
      this.#failed.abort(error);
      throw error;
    }
  }

  /** The same, and reports how long after the first start the work was done. */
  async timed(what: string, work: Promise<unknown>): Promise<void> {
    await this.guarded(work);
    const seconds = (performance.now() - this.#began) / 1000;
    this.#onProgress?.(`${what} (${seconds.toFixed(1)} s)`);
  }

  /** Waits until all have ended, so that nothing is still starting when a failure is thrown. */
  async all(works: readonly Promise<unknown>[]): Promise<void> {
    await Promise.allSettled(works);
    this.#failed.signal.throwIfAborted();
  }
}
