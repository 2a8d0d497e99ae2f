import type { Finding } from '../../events/finding.ts';
import { SCRIPT } from '../../scenario/own-files/script.ts';
import type { Side } from '../../words.ts';
import { countExchanges } from '../history/messages/exchanges.ts';
import type { Cause, Forecast } from '../schema/verdict.ts';
import type { Reading } from './reading.ts';

/** Which of the findings that a run can show came true, and which had the opportunity. */
export function readForecasts(reading: Reading, causes: readonly Cause[]): readonly Forecast[] {
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
          : causes.filter((cause) => isForecast(cause, predicts)).map((cause) => cause.id);
      const apart = keptApart(finding, reading);
      return {
        id,
        title,
        severity,
        avoided: apart || avoidedBy?.includes(start.choreography) === true,
        avoidedSince: (apart ? APART : avoidedSince) ?? null,
        met: timesMet(finding, reading),
        pairs: needs?.what === 'message' ? [...needs.pairs] : [],
        method: (needs?.what === 'message' ? needs.method : undefined) ?? null,
        metBy: [...(metBy ?? [])],
        cameTrue: shown.length > 0,
        causes: shown,
      };
    });
}

const APART = 'base and target had a broker vhost each';

/**
 * Whether a roll by a script kept base and target on separate broker vhosts. Then no message went
 * from one to the other. For other rolls, the plan shows this before the run.
 */
function keptApart({ needs }: Finding, { start, events }: Reading): boolean {
  if (start.choreography !== SCRIPT || start.baseVhost === undefined) return false;
  if (needs?.what !== 'message' || needs.pairs.some(({ from, to }) => from === to)) return false;
  const started = events.filter((event) => event.type === 'service-started');
  const of = (wanted: Side): readonly (string | undefined)[] =>
    started.filter(({ side = 'base' }) => side === wanted).map(({ vhost }) => vhost);
  const used = new Set([start.baseVhost, ...of('base')]);
  const targets = of('target');
  return targets.length > 0 && targets.every((vhost) => vhost !== undefined && !used.has(vhost));
}

/**
 * How often the two sides of a forecast met. `null` if no sides have to meet, or if the run's
 * version of rollgate did not observe it.
 */
function timesMet({ needs }: Finding, { exchanges, mixed, start }: Reading): number | null {
  if (needs === undefined) return null;
  // Only the broker's messages are seen one by one.
  if (needs.what === 'message' && start.transport === 'json-rpc') return null;
  if (needs.what === 'message') return countExchanges(exchanges, needs.pairs, needs.method);
  return Math.min(mixed.requests.base, mixed.requests.target);
}

function isForecast(
  { kind, title, sample }: Cause,
  { causes, mentions }: NonNullable<Finding['predicts']>,
): boolean {
  const text = `${title} ${sample}`;
  // A version has dots within, as 6.12; a column may follow the name of its table.
  const words = [...text.split(/\W+/), ...(text.match(/\d+(?:\.\d+)+/g) ?? [])];
  return causes.includes(kind) && mentions.every((word) => words.includes(word));
}
