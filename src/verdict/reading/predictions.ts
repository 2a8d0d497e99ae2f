import type { EventOf } from '../../events/event.ts';
import { countExchanges } from '../history/exchanges.ts';
import type { Reading } from './reading.ts';
import type { Cause, Prediction } from '../schema/verdict.ts';

type Finding = EventOf<'preflight-found'>['findings'][number];

/** Which of the findings that a run can show have come true, and which had the chance. */
export function readPredictions(reading: Reading, causes: readonly Cause[]): readonly Prediction[] {
  const { events, start } = reading;
  return events
    .filter((event) => event.type === 'preflight-found')
    .flatMap(({ findings }) => findings)
    .filter(({ severity, predicts }) => predicts !== undefined || severity === 'blocking')
    .map((finding) => {
      const { id, title, severity, avoidedBy, metBy, avoidedSince, needs, predicts } = finding;
      const shown =
        predicts === undefined
          ? []
          : causes.filter((cause) => isForetold(cause, predicts)).map((cause) => cause.id);
      return {
        id,
        title,
        severity,
        avoided: avoidedBy?.includes(start.choreography) === true,
        avoidedSince: avoidedSince ?? null,
        met: timesMet(finding, reading),
        pairs: needs?.what === 'message' ? [...needs.pairs] : [],
        method: (needs?.what === 'message' ? needs.method : undefined) ?? null,
        metBy: [...(metBy ?? [])],
        cameTrue: shown.length > 0,
        causes: shown,
      };
    });
}

/**
 * How often what does the harm came together. `null` where nothing has to, or where the run is of
 * a version of rollgate that did not observe it.
 */
function timesMet({ needs }: Finding, { exchanges, mixed }: Reading): number | null {
  if (needs === undefined) return null;
  if (needs.what === 'message') return countExchanges(exchanges, needs.pairs, needs.method);
  return Math.min(mixed.requests.base, mixed.requests.target);
}

function isForetold(
  { kind, title, sample }: Cause,
  { causes, mentions }: NonNullable<Finding['predicts']>,
): boolean {
  const words = `${title} ${sample}`.split(/\W+/);
  return causes.includes(kind) && mentions.every((word) => words.includes(word));
}
