import type { EventOf } from '../../events/event.ts';
import type { Steps } from '../history/steps.ts';
import type { Services } from '../history/versions.ts';

/** The kind of a step that a user marked, in a cloud that is watched. */
export const MARK = 'mark';

/**
 * A watch does not see the services of the cloud. The user's marks stand for the swaps there: the
 * first mark's beginning for the first swap, the last one's end for the last.
 */
export function withMarks(
  services: Services,
  start: EventOf<'run-started'>,
  steps: Steps,
): Services {
  if (start.watched === undefined) return services;
  const marks = steps.all.filter(({ kind, from }) => kind === MARK && from !== null);
  if (marks.length === 0) return services;
  const ends = marks.map(({ to }) => to);
  return {
    ...services,
    firstSwapAt: Math.min(...marks.flatMap(({ from }) => from ?? [])),
    lastSwapAt: ends.includes(null) ? null : Math.max(...ends.flatMap((to) => to ?? [])),
  };
}
