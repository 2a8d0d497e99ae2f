import { counted } from '../../counted.ts';
import type { EventOf } from '../../events/event.ts';
import { kindOf } from '../../scenario/topology/topology.ts';
import { deathCauseId } from '../history/deaths.ts';
import { groupBy, mapGroup, type Group } from '../history/group.ts';
import { starvationCauseId } from '../history/messages/starved.ts';
import type { Reading } from '../reading/reading.ts';
import type { Answerers } from '../requests/answerers.ts';
import { answeredCauseId, outageCauseId, SWAPPING } from '../requests/attribution.ts';
import type { LoggedReasons } from '../requests/logged.ts';
import { LIGHTER_LOAD, OVERLOADED } from '../requests/noise/overload.ts';
import type { LostRequest } from '../schema/verdict.ts';
import { some, span } from '../words/wording.ts';
import type { FoundCause } from './found.ts';
import { whereFirst, type Sighting } from './sighting.ts';

/** How they were lost; if they were lost in several ways, each way with its number. */
function inWords(lost: Group<LostRequest>): string {
  const ways = groupBy(lost, ({ cause }) => cause);
  const [{ cause }] = lost;
  return ways.length === 1
    ? cause
    : ways.map((own) => `${own.length} × ${own[0].cause}`).join('; ');
}

function statusesOf(lost: Group<LostRequest>): string {
  return groupBy(lost, ({ status }) => String(status))
    .map((own) => `${own[0].status ?? 'no status'} (${own.length})`)
    .join(', ');
}

/** The kinds of requests, if there are several. */
function operationsOf(lost: Group<LostRequest>): readonly string[] {
  const kinds = groupBy(lost, ({ operation }) => operation);
  if (kinds.length === 1) return [];
  return [
    `They are: ${some(
      kinds.map((own) => `${own.length} × ${own[0].operation}`),
      12,
    )}.`,
  ];
}

/** The error that a service logged for them, if the loss is its consequence. */
function reasonOf(
  lost: Group<LostRequest>,
  logged: LoggedReasons,
): EventOf<'log-finding'> | undefined {
  const [{ id, causeId, noise }] = lost;
  const reason = noise ? undefined : logged.of(id);
  return reason?.causeId === causeId ? reason.finding : undefined;
}

/** How it was lost. If the server was stopping or starting, only that. */
function likeness(
  { causeId, noise, outcome, status, termination }: LostRequest,
  reason: EventOf<'log-finding'> | undefined,
): FoundCause['alike'] {
  if (noise) return [causeId === OVERLOADED ? 'overloaded' : null];
  if (reason !== undefined) return ['logged', reason.signature];
  return causeId.startsWith(SWAPPING) ? ['swapping'] : [outcome, status, termination?.code ?? null];
}

/** The engine that gave the wrong answer, otherwise the API. */
function placeOf(
  request: LostRequest,
  answerers: Answerers,
): Pick<Sighting, 'node' | 'service' | 'version'> {
  const { id, causeId, node, service, version } = request;
  const answerer = answerers.of(id);
  const api =
    service === null || version === null ? undefined : { kind: kindOf(service), label: version };
  if (answerer === undefined || causeId !== answeredCauseId(request, answerer, api)) {
    return { node, service, version };
  }
  const { engine } = answerer;
  return { node: engine.node, service: engine.service, version: engine.label };
}

/**
 * Lost requests by kind of loss, by server and by step. Losses to the machine's noise are separate.
 * Losses to outages are not here: see outageCauses.
 */
export function lostRequestCauses({
  api,
  steps,
  outages,
  dropped,
  starvations,
  misdelivered,
  deaths,
  baseFailures,
  logged,
  answerers,
}: Reading): readonly FoundCause[] {
  const explained = new Set(
    outages.map((outage) =>
      outageCauseId(outage, steps.at(outage.from, outage.life?.node)?.id ?? null),
    ),
  );
  const starving = new Set(starvations.map((starvation) => starvationCauseId(starvation, steps)));
  const died = new Set(deaths.all.map(deathCauseId));
  // Requests with a dropped message or a misdelivered reply count under that cause. So do requests
  // that a process was working on when it ended, and requests that an API did not take while it
  // waited for such messages.
  const own = api.lost.filter(
    (request) =>
      !explained.has(request.causeId) &&
      !baseFailures.some(({ id }) => id === request.causeId) &&
      !starving.has(request.causeId) &&
      !died.has(request.causeId) &&
      dropped.lostWith(request) === undefined &&
      misdelivered.lostWith(request) === undefined,
  );
  return groupBy(own, ({ causeId }) => causeId).map((lost) => {
    const [first] = lost;
    const sightings = mapGroup(lost, (request): Sighting => {
      const { id, sentAt, operation, detail } = request;
      return {
        at: sentAt,
        ...placeOf(request, answerers),
        victim: id,
        sample: detail === null ? operation : `${operation}: ${detail}`,
      };
    });
    const reason = reasonOf(lost, logged);
    const where = {
      ...whereFirst(sightings, steps),
      ...(reason === undefined
        ? {}
        : { service: reason.service, version: reason.version, sample: reason.sample }),
    };
    const last = lost.at(-1)?.sentAt ?? first.sentAt;
    const step = steps.all.find(({ id }) => id === first.step);
    return {
      id: first.causeId,
      alike: likeness(first, reason),
      ...(first.noise
        ? {
            kind: 'machine-noise',
            harm: 'noise' as const,
            title:
              first.causeId === OVERLOADED
                ? 'This machine could not carry the load: requests were not taken or not answered in time'
                : `Noise of the machine, not of the subject: ${first.cause}`,
          }
        : {
            kind: 'requests-lost',
            harm: 'requests-lost' as const,
            title:
              reason === undefined
                ? `Requests lost: ${inWords(lost)}`
                : `Requests lost: ${reason.service} logged “${reason.title}”`,
          }),
      ...where,
      // If a server's stop broke a request, the step is that of the stop, not of the sending.
      step: first.step,
      stepName: step?.name ?? null,
      count: lost.length,
      unit: 'requests',
      evidence: [
        `${counted(lost.length, 'request')}, sent ${span(first.sentAt, last)}; the first is ${first.id}.`,
        ...operationsOf(lost),
        ...(reason === undefined
          ? []
          : [
              `They were answered with ${statusesOf(lost)}.`,
              `The log of ${reason.node}/${reason.service} names such a request with the error: ${reason.request}.`,
            ]),
      ],
      avoidedBy: first.causeId === OVERLOADED ? LIGHTER_LOAD : (reason?.avoidedBy ?? null),
    } satisfies FoundCause;
  });
}
