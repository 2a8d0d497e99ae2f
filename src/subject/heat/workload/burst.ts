import type { BurstResult } from '../../subject.ts';
import type { StackLifecycle } from './lifecycle/lifecycle.ts';

/** A burst's stacks, by whether they were deleted again. */
export function resultOf(lifecycles: readonly StackLifecycle[]): BurstResult {
  const lived = lifecycles.filter(
    ({ accepted, outcome }) => accepted.includes('delete') && outcome === 'completed',
  );
  return {
    accepted: lifecycles.filter(({ accepted }) => accepted.length > 0).length,
    completed: lived.length,
    others: lifecycles
      .filter((lifecycle) => !lived.includes(lifecycle))
      .map(({ name, id, status }) => ({
        object: name,
        status: id === undefined ? 'not accepted' : (status?.status ?? 'accepted'),
      })),
  };
}
