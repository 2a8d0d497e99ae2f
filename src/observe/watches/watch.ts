import { messageOf } from '../../errors.ts';
import type { EventSink, RunEvent } from '../../events/event.ts';
import { systemClock, type Clock } from '../../load/clock.ts';

/** Something that is observed from the start of a run. */
export interface Watch {
  /** Ends at once, even if a check is waiting. */
  stop(): Promise<void>;
}

/** The parts of a run that every watch needs. */
export interface Watching {
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly clock?: Clock;
}

export interface LabWatchOptions extends Watching {
  /** Its name in `watch-gap`. */
  readonly name: string;
  /** From the start of a check to the start of the next. */
  readonly everyMs: number;
  /** A check that takes longer is a gap. */
  readonly limitMs: number;
  /**
   * Checks once.
   * @param signal Aborted at the limit and at the stop.
   * @returns The changes.
   */
  readonly look: (signal: AbortSignal) => Promise<readonly RunEvent[]>;
}

/**
 * Checks repeatedly, one check at a time. After failed checks it emits one `watch-gap` when a check
 * succeeds again or when it is stopped; it never fails a run.
 */
export function startWatch(options: LabWatchOptions): Watch {
  const stopping = new AbortController();
  const watching = lookAgain(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

async function lookAgain(options: LabWatchOptions, stopped: AbortSignal): Promise<void> {
  const { name, everyMs, limitMs, look, emit, now, clock = systemClock } = options;
  const gap = new Gap(name, emit, now);
  while (!stopped.aborted) {
    const due = clock.now() + everyMs;
    const began = now();
    const cut = new AbortController();
    const looking = look(AbortSignal.any([stopped, cut.signal]));
    looking.catch(() => undefined);
    try {
      const events = await within(looking, limitMs, clock, stopped);
      if (events === 'stopped') break;
      gap.end();
      for (const event of events) emit(event);
    } catch (error) {
      gap.begin(began, messageOf(error));
      cut.abort();
      // A source that does not answer gets no further request meanwhile, so that checks do not pile
      // up.
      if ((await settled(looking, stopped)) === 'stopped') break;
    }
    await clock.sleepUntil(due, stopped);
  }
  gap.end();
}

/** A time in which checks failed. */
class Gap {
  readonly #name: string;
  readonly #emit: EventSink;
  readonly #now: () => number;
  #open: { readonly from: number; readonly text: string } | undefined;

  constructor(name: string, emit: EventSink, now: () => number) {
    this.#name = name;
    this.#emit = emit;
    this.#now = now;
  }

  begin(from: number, text: string): void {
    this.#open ??= { from, text };
  }

  end(): void {
    if (this.#open === undefined) return;
    const { from, text } = this.#open;
    this.#open = undefined;
    this.#emit({ type: 'watch-gap', at: this.#now(), from, watch: this.#name, text });
  }
}

/** @throws The check's error, or a time-out. */
async function within<T>(
  looking: Promise<T>,
  limitMs: number,
  clock: Clock,
  stopped: AbortSignal,
): Promise<T | 'stopped'> {
  const over = new AbortController();
  const either = AbortSignal.any([stopped, over.signal]);
  const limit = clock.sleepUntil(clock.now() + limitMs, either).then((): 'stopped' => {
    if (stopped.aborted) return 'stopped';
    throw new Error(`no answer within ${limitMs / 1000} s`);
  });
  limit.catch(() => undefined);
  try {
    return await Promise.race([looking, limit]);
  } finally {
    over.abort();
  }
}

async function settled(looking: Promise<unknown>, stopped: AbortSignal): Promise<void | 'stopped'> {
  const { promise, resolve } = Promise.withResolvers<'stopped'>();
  const stop = (): void => resolve('stopped');
  stopped.addEventListener('abort', stop, { once: true });
  if (stopped.aborted) stop();
  try {
    return await Promise.race([promise, looking.then(noted, noted)]);
  } finally {
    stopped.removeEventListener('abort', stop);
  }
}

function noted(): void {
  return undefined;
}

/** Remembers the last value for each key, and reports whether the next one differs. */
export function changes(): (key: string, value: unknown) => boolean {
  const reported = new Map<string, string>();
  return (key, value) => {
    const text = JSON.stringify(value);
    if (reported.get(key) === text) return false;
    reported.set(key, text);
    return true;
  };
}
