import type { DraftStage } from '../../draft.ts';

/**
 * Time for a stack that a new api made to be changed and deleted through an old one. That takes
 * half a dozen requests, and the load balancer may give each to the wrong api.
 */
const CROSSING_SECONDS = 40;

/**
 * Old and new engines hold the mixed state before the first api does, where all of them take work
 * from one vhost.
 */
export function mixedEngines(seconds: number): DraftStage {
  return {
    name: 'mixed engines',
    steps: [{ kind: 'hold', seconds, crossingSeconds: CROSSING_SECONDS }],
  };
}

/**
 * Holds the mixed state for at least `seconds`, then until old and new APIs have each changed an
 * object of the other.
 */
export function mixedStage(seconds: number): DraftStage {
  return {
    name: 'mixed',
    steps: [{ kind: 'hold', seconds, crossingSeconds: CROSSING_SECONDS }],
  };
}
