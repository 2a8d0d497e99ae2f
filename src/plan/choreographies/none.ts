import type { Choreography } from '../draft.ts';

/**
 * Nothing is swapped: for a scenario's faults alone, and to see what the lab itself loses. `mixed`
 * is the stage in which a fault has its place.
 */
export const none: Choreography = {
  name: 'none',
  summary: 'nothing is swapped: for faults alone, or to see the lab’s own losses',
  stages: ({ mixedSeconds }) => [
    { name: 'mixed', steps: [{ kind: 'hold', seconds: mixedSeconds }] },
  ],
};
