import type { EventOf, RunEvent } from '../../events/event.ts';
import { groupBy } from '../history/group.ts';
import { OBSERVER } from '../history/pauses.ts';
import type { Steps } from '../history/steps.ts';
import type { Unobserved } from '../schema/verdict.ts';

/**
 * The gaps of a watch, in the order in which they began. In a gap the watch or one of its sources
 * did not run, or the answers showed nothing of the service.
 */
export function readUnobserved(events: readonly RunEvent[], steps: Steps): readonly Unobserved[] {
  return [...gapsIn(events), ...answersIn(events)]
    .map((one) => ({
      ...one,
      seconds: (one.to - one.from) / 1000,
      step: steps.at(one.from)?.id ?? null,
    }))
    .toSorted((a, b) => a.from - b.from);
}

type Stretch = Omit<Unobserved, 'seconds' | 'step'>;

/** A gap without a beginning is a note about an instant, e.g. that an object was replaced. */
function gapsIn(events: readonly RunEvent[]): readonly Stretch[] {
  return events.flatMap((event): readonly Stretch[] => {
    if (event.type !== 'watch-gap' || event.from === undefined) return [];
    const { from, at, watch, text } = event;
    return watch === OBSERVER
      ? [{ what: 'cloud', from, to: at, why: text, requests: 0 }]
      : [{ what: 'source', from, to: at, why: `${watch}: ${text}`, requests: 0 }];
  });
}

function answersIn(events: readonly RunEvent[]): readonly Stretch[] {
  const unobserved = events.filter(
    (event): event is EventOf<'request-unobserved'> => event.type === 'request-unobserved',
  );
  return groupBy(unobserved, ({ why }) => why).map((own) => ({
    what: 'answers' as const,
    from: Math.min(...own.map(({ sentAt }) => sentAt)),
    to: Math.max(...own.map(({ at }) => at)),
    why: own[0].why,
    requests: own.length,
  }));
}
