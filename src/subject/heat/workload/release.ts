import type { Clock } from '../../../load/clock.ts';

/** All at once they made a list wait for a second: that was the load's doing. */
const PAUSE_MS = 500;
/**
 * With so many operations under way, the next stack waits until one has ended: more at a time are
 * done no sooner on two cores, and keep the API from answering.
 */
const UNDER_WAY = 6;
/** It waits no longer than this: what is stuck does not end. */
const LIMIT_MS = 5000;

export interface PaceOptions {
  readonly clock: Clock;
  /** How many operations were accepted and have not ended. */
  readonly underWay: () => number;
  readonly signal: AbortSignal;
}

/** The pause between two stacks that go on once all is swapped: the pace is that of the work. */
export function releasePace({ clock, underWay, signal }: PaceOptions): () => Promise<void> {
  return async () => {
    const limit = clock.now() + LIMIT_MS;
    do await clock.sleepUntil(clock.now() + PAUSE_MS, signal);
    while (underWay() >= UNDER_WAY && clock.now() < limit && !signal.aborted);
  };
}
