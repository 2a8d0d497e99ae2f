import type { EventOf } from '../../events/event.ts';
import { MARK } from '../../words.ts';
import type { Services } from './services/services.ts';
import type { Steps } from './steps.ts';

/**
 * A watch does not see the services of the cloud. There the user's marks replace the swaps: the
 * first mark's beginning is the first swap, the last mark's end the last swap.
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
