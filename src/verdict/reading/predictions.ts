import type { EventOf } from '../../events/event.ts';
import type { Reading } from './reading.ts';
import type { Cause, Prediction } from '../schema/verdict.ts';

type Finding = EventOf<'preflight-found'>['findings'][number];

/** Which of the findings that a run can show have come true, by the causes that were found. */
export function readPredictions(
  { events, start }: Reading,
  causes: readonly Cause[],
): readonly Prediction[] {
  return events
    .filter((event) => event.type === 'preflight-found')
    .flatMap(({ findings }) => findings)
    .flatMap(({ id, title, avoidedBy, predicts }) => {
      if (predicts === undefined) return [];
      const shown = causes.filter((cause) => isForetold(cause, predicts)).map(({ id }) => id);
      return [
        {
          id,
          title,
          avoided: avoidedBy?.includes(start.choreography) === true,
          cameTrue: shown.length > 0,
          causes: shown,
        },
      ];
    });
}

function isForetold(
  { kind, title, sample }: Cause,
  { causes, mentions }: NonNullable<Finding['predicts']>,
): boolean {
  const words = `${title} ${sample}`.split(/\W+/);
  return causes.includes(kind) && mentions.every((word) => words.includes(word));
}
