import type { Choreography } from '../draft.ts';

/**
 * Nothing is swapped: only for a scenario's faults, and to see the losses of the lab itself.
 * `mixed` is the stage for the faults.
 */
export const none: Choreography = {
  name: 'none',
  summary: 'nothing is swapped: for faults alone, or to see the lab’s own losses',
  stages: ({ mixedSeconds }) => [
    { name: 'mixed', steps: [{ kind: 'hold', seconds: mixedSeconds }] },
  ],
};
