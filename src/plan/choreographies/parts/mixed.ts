import type { DraftStage } from '../../draft.ts';

/**
 * The time in which an old api should change and delete a stack that a new api made. That takes
 * about six requests, and the load balancer may send each to the wrong api.
 */
const CROSSING_SECONDS = 40;

/**
 * If all engines take work from one vhost, the mixed state of the engines is held before the first
 * api is swapped.
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
