import { setTimeout as sleep } from 'node:timers/promises';

/** A monotonic clock with a sleep function; only differences of its values are meaningful. */
export interface Clock {
  /** Milliseconds, with fractions. */
  now(): number;
  /**
   * Resolves when `now()` has reached `ms`, or as soon as `signal` is aborted: the caller checks
   * the signal. Never rejects.
   */
  sleepUntil(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay of a Node timer; a longer sleep is split. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  async sleepUntil(ms, signal) {
    // A timer may fire up to a millisecond early, because Node counts whole milliseconds.
    for (let left = ms - performance.now(); left > 0; left = ms - performance.now()) {
      if (signal?.aborted === true) {
        return;
      }
      const delay = Math.min(Math.max(1, left), LONGEST_TIMER_MS);
      await sleep(delay, undefined, signal === undefined ? {} : { signal }).catch(
        (error: unknown) => {
          if (signal?.aborted !== true) {
            throw error;
          }
        },
      );
    }
  },
};

/** Resolves after this many seconds, or at the abort. @param seconds Default: only at the abort. */
export async function waitSeconds(seconds: number | undefined, signal: AbortSignal): Promise<void> {
  const until = seconds === undefined ? Infinity : systemClock.now() + seconds * 1000;
  await systemClock.sleepUntil(until, signal);
}

/** Milliseconds since the start of the run, to the microsecond: the log stays short. */
export function sinceStart(clockMs: number, runStart: number): number {
  return Math.round((clockMs - runStart) * 1000) / 1000;
}
