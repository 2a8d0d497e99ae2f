/** The parts of a process that are needed to receive signals. */
export interface SignalSource {
  on(event: NodeJS.Signals | 'disconnect', listener: () => void): unknown;
}

export interface InterruptOptions {
  /** Prints a line for the user. */
  readonly say: (text: string) => void;
  /** Ends the process without any clean-up. */
  readonly exitAtOnce: () => void;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
}

export interface Interrupts {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Aborts like a signal, without a message. */
  abort(): void;
  /** Whether a signal came, as opposed to an abort for another reason. */
  interrupted(): boolean;
}

/**
 * One press of Ctrl-C can arrive twice. The terminal signals the whole process group, and npm, npx
 * or bin/rollgate.js pass their signals on. Signals this close together count as one.
 */
export const SAME_PRESS_MS = 300;

/**
 * At the first signal aborts, so that the verb can clean up; at the second stops at once. SIGHUP
 * does not come from a key. The kernel and the shell each send one when a terminal is closed,
 * seconds apart if the shell is slow to end.
 */
export function watchInterrupts(
  source: SignalSource,
  { say, exitAtOnce, now }: InterruptOptions,
): Interrupts {
  const controller = new AbortController();
  let first: number | undefined;
  const interrupt = (signal: NodeJS.Signals): void => {
    if (first === undefined) {
      first = now();
      say('cleaning up; press Ctrl-C again to stop at once');
      controller.abort();
    } else if (signal !== 'SIGHUP' && now() - first > SAME_PRESS_MS) {
      exitAtOnce();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    source.on(signal, () => interrupt(signal));
  }
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    interrupted: () => first !== undefined,
  };
}
