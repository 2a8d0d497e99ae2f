import { RollgateError } from '../errors.ts';
import type { Legacy } from '../subject/load.ts';
import type { LoadSession } from './steps/load-session.ts';

export interface RunningEngine {
  /** The identity under which the subject lists it. */
  readonly engineId: string;
  readonly vhost: string;
}

/** The state that the steps of a run share. */
export class RunState {
  readonly #engines: Map<string, RunningEngine>;
  #load: LoadSession | undefined;
  #legacy: Legacy | undefined;
  #lastSwapAt = 0;
  #client: Promise<string> | undefined;

  /** @param engines The engines that run at the start, by `node/service`. */
  constructor(engines: ReadonlyMap<string, RunningEngine>) {
    this.#engines = new Map(engines);
  }

  /** The engines that run, by `node/service`. */
  get engines(): ReadonlyMap<string, RunningEngine> {
    return this.#engines;
  }

  engineServes(name: string, engine: RunningEngine): void {
    this.#engines.set(name, engine);
  }

  engineStopped(name: string): void {
    this.#engines.delete(name);
  }

  /** From `start-load` to `stop-load`. */
  get load(): LoadSession | undefined {
    return this.#load;
  }

  /** @throws RollgateError `no-load`. */
  startedLoad(): LoadSession {
    if (this.#load !== undefined) return this.#load;
    throw new RollgateError('no-load', 'the load was not started');
  }

  loadStarted(load: LoadSession): void {
    this.#load = load;
  }

  /** The load is about to stop; its objects are left to the next run. */
  loadEnds(): void {
    this.#legacy = this.#load?.legacy;
    this.#load = undefined;
  }

  /** The objects that the load left when it was stopped. */
  get legacy(): Legacy | undefined {
    return this.#legacy;
  }

  /**
   * When a service was last started or stopped, or the load last resumed after a pause.
   * Milliseconds since the start of the run.
   */
  get lastSwapAt(): number {
    return this.#lastSwapAt;
  }

  swapped(at: number): void {
    this.#lastSwapAt = at;
  }

  /** The name of the container that checks run in; the first check that needs it starts it. */
  client(start: () => Promise<string>): Promise<string> {
    return (this.#client ??= start());
  }

  /** The same, if one was started. */
  get startedClient(): Promise<string> | undefined {
    return this.#client;
  }
}
