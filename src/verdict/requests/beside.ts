import type { EventOf, RunEvent } from '../../events/event.ts';
import type { Interval } from '../history/interval.ts';
import type { Steps } from '../history/steps.ts';
import type { Beside } from '../schema/verdict.ts';
import { observedInterval, interruptionsIn } from './disruptions.ts';

/** How well each address beside the subject was reachable; empty if none was requested. */
export function readBeside(
  events: readonly RunEvent[],
  {
    asked,
    steps,
    silences,
  }: {
    /** The address, by the probe's name. */
    readonly asked: EventOf<'run-started'>['beside'];
    readonly steps: Steps;
    readonly silences: readonly Interval[];
  },
): readonly Beside[] {
  const requests = events.filter((event) => event.type === 'beside-request');
  return Object.entries(asked ?? {}).map(([probe, address]) => {
    const own = requests.filter((request) => request.probe === probe);
    const failed = own.filter(({ outcome }) => outcome !== 'served').length;
    return {
      probe,
      address,
      requests: own.length,
      failed,
      availability: own.length === 0 ? null : 1 - failed / own.length,
      disruptions: interruptionsIn(own, silences).map(({ first, lost, ...interval }) => ({
        ...observedInterval(interval, silences),
        lost: lost.length,
        step: steps.at(first.sentAt)?.id ?? null,
        outcome: first.outcome,
      })),
    };
  });
}
