import type { RunSummary } from '../../../verdict/many-runs/summary.ts';

/** A run in the list of runs. */
export interface ListedRun {
  /** Its path below the served folder. */
  readonly id: string;
  /** When its last event was written, in milliseconds since the epoch. */
  readonly writtenAt: number;
  readonly content: RunContent;
}

export type RunContent =
  | {
      readonly kind: 'run';
      /** ISO 8601 */
      readonly startedAt: string;
      /** Of the events so far. */
      readonly verdict: RunSummary;
      readonly progress: RunProgress;
    }
  /** Its events are not read yet. */
  | { readonly kind: 'unread' }
  /** Its events cannot be read, or there are none. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** `broken-off`: its last event is old, and none says that it ended. `held`: a pause goes on. */
export type RunProgress = 'ended' | 'under-way' | 'held' | 'broken-off';

/**
 * A run whose last event is older than this has stopped writing, because each second has some
 * events.
 */
const SILENT_MS = 60_000;

/** @param now Milliseconds since the epoch. */
export function progressOf(
  { ended, held, writtenAt }: Readonly<{ ended: boolean; held: boolean; writtenAt: number }>,
  now: number,
): RunProgress {
  if (ended) return 'ended';
  if (held) return 'held';
  return now - writtenAt > SILENT_MS ? 'broken-off' : 'under-way';
}
