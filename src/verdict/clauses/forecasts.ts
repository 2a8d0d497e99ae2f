import { describeMeeting } from '../../scenario/topology/meeting.ts';
import { counted } from '../../text/counted.ts';
import type { Reading } from '../reading/reading.ts';
import type { Clause, Forecast } from '../schema/verdict.ts';
import { failed, notProven, proven } from './clause.ts';

/**
 * For each blocking forecast, the plan avoids it, or its two sides met in the run without harm. A
 * forecast whose sides never met proves nothing. Neither does a run whose forecasts could not be
 * made, although they were wanted: what such a run did not meet is unknown.
 */
export function forecastClause(
  forecasts: readonly Forecast[],
  { preflight }: Pick<Reading, 'preflight'>,
): readonly Clause[] {
  const claim = {
    id: 'forecasts-met-or-avoided',
    title: 'Each blocking forecast is avoided by the plan, or was met without harm',
  };
  if (preflight?.status === 'failed') {
    return [
      notProven(
        claim,
        `The images could not be compared, so blocking forecasts are not known: ${preflight.why ?? ''}`,
        'Run it again. With --no-preflight the tags are judged without forecasts.',
      ),
    ];
  }
  const blocking = forecasts.filter(({ severity }) => severity === 'blocking');
  if (blocking.length === 0) return [];
  const unmet = blocking.filter(({ avoided, met, cameTrue }) => !avoided && met === 0 && !cameTrue);
  const came = blocking.filter(({ cameTrue }) => cameTrue);
  const avoided = blocking.filter((one) => one.avoided && !one.cameTrue);
  const evidence = [
    ...unmet.map(unmetInWords),
    ...avoided.map(
      ({ title, avoidedSince }) =>
        `Avoided${avoidedSince === null ? '' : `, since ${avoidedSince}`}: ${title}`,
    ),
  ];
  if (came.length > 0) {
    return [failed(claim, ...came.map(({ title }) => `Came true: ${title}`), ...evidence)];
  }
  const [first] = unmet;
  if (first !== undefined) {
    return [
      notProven(
        claim,
        `${counted(unmet.length, 'blocking forecast')} never met, so nothing is proven about ${unmet.length === 1 ? 'it' : 'them'}.`,
        ...evidence,
      ),
    ];
  }
  const met = blocking.length - avoided.length;
  return [
    proven(
      claim,
      `${counted(blocking.length, 'blocking forecast')}: ${avoided.length} avoided by the plan, ${met} met without harm.`,
      ...evidence,
    ),
  ];
}

function unmetInWords({ title, pairs, method, metBy }: Forecast): string {
  const what = method === null ? 'message' : `message ${method}`;
  const missing =
    pairs.length === 0
      ? 'base and target never served side by side'
      : `no ${what} went ${pairs.map(describeMeeting).join(' or ')}`;
  const [other] = metBy.toSorted((a, b) => preference(a) - preference(b));
  const hint = other === undefined ? '' : `; --choreography ${other} has them meet`;
  return `Never met: ${title} (${missing}${hint}).`;
}

/** A choreography in which every pair meets comes first. */
function preference(choreography: string): number {
  return choreography === 'node-by-node' ? 0 : 1;
}
