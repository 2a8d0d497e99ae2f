import type { BurstResult } from './load.ts';

/** Objects that were begun at once and go through their whole lives. */
export interface BegunObject {
  readonly name: string;
  /** `undefined` if the API did not accept it. */
  readonly id: string | undefined;
  /** The accepted actions on it, in order. */
  readonly accepted: readonly string[];
  readonly outcome: string | undefined;
}

/**
 * A burst's objects, split by whether they were deleted again.
 *
 * @param statusOf The status from the subject; `undefined` if it was never seen.
 */
export function burstResult<T extends BegunObject>(
  lifecycles: readonly T[],
  statusOf: (lifecycle: T) => string | undefined,
): BurstResult {
  const lived = lifecycles.filter(
    ({ accepted, outcome }) => accepted.includes('delete') && outcome === 'completed',
  );
  return {
    accepted: lifecycles.filter(({ accepted }) => accepted.length > 0).length,
    completed: lived.length,
    others: lifecycles
      .filter((lifecycle) => !lived.includes(lifecycle))
      .map((lifecycle) => ({
        object: lifecycle.name,
        status: lifecycle.id === undefined ? 'not accepted' : (statusOf(lifecycle) ?? 'accepted'),
      })),
  };
}
