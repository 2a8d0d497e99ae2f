import { setTimeout as delay } from 'node:timers/promises';
import type { EventOf, EventSink, RunEvent } from '../events/event.ts';
import type { Step } from '../plan/step.ts';
import { failureIn, type Failure, type FailureOf } from './failures.ts';

/** When a run is to be paused, and how. */
export interface PauseWish {
  /** Ids of steps to pause before, see `pausePoints`. */
  readonly at: ReadonlySet<string>;
  /** Pause as soon as one of these happened. */
  readonly on: ReadonlySet<FailureOf>;
  /** Pause as soon as the run so far has a cause of one of these kinds. */
  readonly causes: ReadonlySet<string>;
  /** The state of the load meanwhile. */
  readonly load: 'running' | 'stopped';
}

/** The parts of a run that a pause needs. */
export interface PauseContext {
  readonly emit: EventSink;
  readonly signal: AbortSignal;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly state: {
    /** From `start-load` to `stop-load`. */
    readonly load: { standStill(): void; resume(): void } | undefined;
    /** Silence counts as a sign of trouble only from this time on. */
    swapped(at: number): void;
  };
}

/**
 * Looks for failures that no single event shows: stuck stacks, the causes so far. @param next The
 * next step; absent while a step only waits.
 */
export type LookForFailures = (next?: Step) => Promise<readonly Failure[]>;

/** How often to look while a step only waits. */
const LOOK_EVERY_MS = 5000;

/** Holds until `resume` is called. @throws On abort. */
export type AwaitResume = (pause: Omit<EventOf<'run-paused'>, 'type' | 'at'>) => Promise<void>;

/** The pauses of one run: between two steps, and during a step that only waits. */
export class Pauses {
  readonly #wish: PauseWish;
  readonly #awaitResume: AwaitResume;
  /** Failures since the last pause, each kind once in a run: a repeated failure is no news. */
  readonly #failures: Failure[] = [];
  readonly #known = new Set<string>();
  #failed = Promise.withResolvers<void>();
  /** The lab could not be held, or the run is ending: do not hold it again. */
  #over = false;

  readonly #look: LookForFailures | undefined;

  constructor(wish: PauseWish, awaitResume: AwaitResume, look?: LookForFailures) {
    this.#wish = wish;
    this.#awaitResume = awaitResume;
    this.#look = wish.on.has('stuck') || wish.causes.size > 0 ? look : undefined;
  }

  /** Takes the run's events as they happen. */
  see(event: RunEvent): void {
    const failure = failureIn(event, this.#wish.on);
    if (failure !== undefined) this.#note(failure);
  }

  #note(failure: Failure): void {
    if (this.#over || this.#known.has(failure.kind)) return;
    this.#known.add(failure.kind);
    this.#failures.push(failure);
    this.#failed.resolve();
  }

  async #lookFor(next?: Step): Promise<void> {
    if (this.#look === undefined || this.#over) return;
    for (const failure of await this.#look(next)) this.#note(failure);
  }

  /** Pauses if requested. @param next `undefined` after the last step. */
  async before(next: Step | undefined, context: PauseContext): Promise<void> {
    await this.#lookFor(next);
    const asked = next !== undefined && this.#wish.at.has(next.id) ? ['asked for'] : [];
    if (asked.length + this.#failures.length > 0) await this.#pause(next, asked, context);
  }

  /**
   * Waits this long, and pauses at once if something fails.
   * @param until Ends the wait early.
   */
  async wait(
    milliseconds: number,
    step: Step,
    context: PauseContext,
    until?: Promise<void>,
  ): Promise<void> {
    const ended = new AbortController();
    const end = until?.then(() => ended.abort());
    for (let left = milliseconds; left > 0 && !ended.signal.aborted;) {
      const began = performance.now();
      const over = new AbortController();
      const signal = AbortSignal.any([over.signal, context.signal]);
      const slice = this.#look === undefined ? left : Math.min(left, LOOK_EVERY_MS);
      const waits = [delay(slice, undefined, { signal }), this.#failed.promise];
      await Promise.race(end === undefined ? waits : [...waits, end]);
      over.abort();
      await this.#lookFor();
      left -= performance.now() - began;
      if (this.#failures.length > 0) await this.#pause(step, [], context);
    }
  }

  async #pause(
    next: Step | undefined,
    asked: readonly string[],
    context: PauseContext,
  ): Promise<void> {
    const { emit, now, state } = context;
    const { load } = state;
    const began = now();
    const pause = {
      ...(next === undefined ? {} : { next: next.id }),
      why: [...asked, ...this.#failures.map(({ text }) => text)],
      load: load === undefined ? ('none' as const) : this.#wish.load,
    };
    if (pause.load === 'stopped') load?.standStill();
    emit({ type: 'run-paused', at: began, ...pause });
    try {
      await this.#awaitResume(pause);
    } catch (error) {
      this.#over = true;
      this.#failures.length = 0;
      throw error;
    }
    if (pause.load === 'stopped') {
      load?.resume();
      // A paused load is silent by itself.
      state.swapped(now());
    }
    this.#failures.length = 0;
    this.#failed = Promise.withResolvers();
    emit({ type: 'run-resumed', at: now(), seconds: (now() - began) / 1000 });
  }
}
