import type { HttpResult } from '../../../load/http/http-client.ts';
import { runOpenLoop, type OpenLoopOptions } from '../../../load/open-loop.ts';
import type { HeatApi } from '../api/api.ts';
import type { WorkloadStacks } from './stacks.ts';

/** How often the list of stacks is read, for all lifecycles together. */
export const LIST_MS = 1000;

export interface StackListsOptions {
  readonly api: HeatApi;
  readonly stacks: WorkloadStacks;
  /** Arrivals that never wait for each other, from now on. */
  readonly loop: () => Omit<OpenLoopOptions, 'rate' | 'signal' | 'send'>;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly record: (result: HttpResult) => void;
}

/** Reads the list of stacks again and again: one list shows every lifecycle its stack's status. */
export class StackLists {
  readonly #options: StackListsOptions;
  #reading: Promise<unknown> | undefined;

  constructor(options: StackListsOptions) {
    this.#options = options;
  }

  /** Begins to read, unless it has begun. An open loop: a lost answer hides no later one. */
  read(signal: AbortSignal): void {
    if (this.#reading !== undefined) return;
    this.#reading = runOpenLoop({
      ...this.#options.loop(),
      rate: 1000 / LIST_MS,
      signal,
      send: () => this.#readOnce(),
    });
    this.#reading.catch(() => undefined);
  }

  /** Ends with the signal of `read`; `undefined` before it. */
  get reading(): Promise<unknown> | undefined {
    return this.#reading;
  }

  /** A lifecycle whose operation no list shows sends a request of its own. */
  async #readOnce(): Promise<void> {
    const { api, now, record, stacks } = this.#options;
    const askedAt = now();
    const { result, value } = await api.list();
    record(result);
    if (value !== undefined) stacks.see(value, askedAt);
    await Promise.all(stacks.going.map(({ progress }) => progress.askForSnapshots()));
  }
}
