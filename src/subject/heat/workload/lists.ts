import type { HttpResult } from '../../../load/http/request.ts';
import { runOpenLoop, type OpenLoopOptions } from '../../../load/open-loop.ts';
import type { HeatApi } from '../api/api.ts';
import type { WorkloadStacks } from './stacks.ts';

/** How often the list of stacks is read, for all lifecycles together. */
export const LIST_MS = 1000;

/**
 * How long no other list is requested while one is unanswered. A list of many stacks is the most
 * expensive request of the load. With half a core for all containers, lists were a quarter of all
 * requests under way, and brought the API down.
 */
const PATIENCE_MS = 3000;

/** With more ids than this in its query, a list may be too long a request. */
const MOST_IDS = 100;

export interface StackListsOptions {
  readonly api: Pick<HeatApi, 'list'>;
  readonly stacks: Pick<WorkloadStacks, 'awaited' | 'going' | 'see'>;
  /** Arrivals that never wait for each other, from now on. */
  readonly loop: () => Omit<OpenLoopOptions, 'rate' | 'signal' | 'send'>;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly record: (result: HttpResult) => void;
}

/**
 * Reads a list of the stacks with an operation under way, repeatedly. Heat asks its database once
 * more for each stack of a list (heat/objects/stack.py, `tags`). So a list of all stacks costs
 * several times as much. No list is read while no operation is under way.
 */
export class StackLists {
  readonly #options: StackListsOptions;
  #reading: Promise<unknown> | undefined;
  /** When the newest unanswered list was requested. */
  #unanswered: number | undefined;

  constructor(options: StackListsOptions) {
    this.#options = options;
  }

  /**
   * Begins to read, if it has not begun. A lost answer delays the next list by `PATIENCE_MS`
   * at most.
   */
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

  /** A lifecycle whose operation no list shows sends its own request. */
  async #readOnce(): Promise<void> {
    const { api, now, record, stacks } = this.#options;
    const askedAt = now();
    if (askedAt - (this.#unanswered ?? -Infinity) < PATIENCE_MS) return;
    const ids = stacks.awaited;
    if (ids.length === 0) return;
    this.#unanswered = askedAt;
    const { result, value } = await api.list(ids.length > MOST_IDS ? [] : ids);
    if (this.#unanswered === askedAt) this.#unanswered = undefined;
    record(result);
    if (value !== undefined) stacks.see(value, askedAt);
    await Promise.all(stacks.going.map(({ progress }) => progress.askForSnapshots()));
  }
}
