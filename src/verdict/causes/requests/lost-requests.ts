import type { LogFinding } from '../../../events/event.ts';
import { kindOf } from '../../../scenario/topology/topology.ts';
import { counted, some } from '../../../text/counted.ts';
import { seconds, span } from '../../../text/seconds.ts';
import { deathCauseId } from '../../history/deaths.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import { tableCauseId } from '../../history/locked-tables.ts';
import { refusalsBehind } from '../../history/messages/refusal.ts';
import { starvationCauseId } from '../../history/messages/starved.ts';
import { unansweredCauseId } from '../../history/messages/unanswered.ts';
import type { Reading } from '../../reading/reading.ts';
import { gapCauseId, gapOf, type ApiGap } from '../../requests/api-gaps.ts';
import type { Answerers } from '../../requests/losses/answerers.ts';
import { answeredCauseId, outageCauseId, SWAPPING } from '../../requests/losses/cause-id.ts';
import { TOKENS_ID } from '../../requests/losses/explain-loss.ts';
import type { LoggedReasons } from '../../requests/losses/logged.ts';
import { LIGHTER_LOAD, OVERLOAD_ID } from '../../requests/noise/overload.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst, type Sighting } from '../sighting.ts';

/**
 * Lost requests by kind of loss, by server and by step. Losses to the machine's noise are separate.
 * Losses to outages are not here: see outageCauses.
 */
export function lostRequestCauses(reading: Reading): readonly FoundCause[] {
  const isElsewhere = countedElsewhere(reading);
  const own = reading.api.lost.filter((request) => !isElsewhere(request));
  return groupBy(own, ({ causeId }) => causeId).map((lost) => causeOf(lost, reading));
}

/**
 * Losses that count under another cause: an outage, a failure of the base, a dropped message, a
 * misdelivered reply, a refused token, a call without an answer, or a process that ended. Requests
 * that reached no service, because all workers of an API waited for such calls, count there too.
 */
function countedElsewhere({
  outages,
  steps,
  starvations,
  deaths,
  unanswered,
  baseFailures,
  dropped,
  misdelivered,
  lockedTables,
}: Reading): (request: LostRequest) => boolean {
  const causeIds = new Set([
    ...outages.map((outage) =>
      outageCauseId(outage, steps.at(outage.from, outage.life?.node)?.id ?? null),
    ),
    ...starvations.map((starvation) => starvationCauseId(starvation, steps)),
    ...deaths.all.map(deathCauseId),
    ...unanswered.all.map(unansweredCauseId),
    ...baseFailures.map(({ id }) => id),
    ...lockedTables.map(tableCauseId),
    TOKENS_ID,
  ]);
  return (request) =>
    causeIds.has(request.causeId) ||
    dropped.lostWith(request) !== undefined ||
    misdelivered.lostWith(request) !== undefined;
}

function causeOf(lost: Group<LostRequest>, reading: Reading): FoundCause {
  const { steps, logged, answerers } = reading;
  const [first] = lost;
  const gap = gapBehind(lost, reading);
  const reason = reasonOf(lost, logged);
  const sightings = mapGroup(lost, (request) => ({
    ...sightingOf(request, answerers),
    ...(reason && { node: (logged.of(request.id)?.finding ?? reason).node }),
  }));
  return {
    id: first.causeId,
    alike: gap === undefined ? likeness(first, reason) : ['no-api'],
    ...kindOfLoss(lost, reason),
    ...(gap && { title: gapInWords(gap, reading) }),
    ...whereFirst(sightings, steps),
    ...(reason && { service: reason.service, version: reason.version, sample: reason.sample }),
    // If a server's stop broke a request, the step is that of the stop, not of the sending.
    step: first.step,
    stepName: steps.all.find(({ id }) => id === first.step)?.name ?? null,
    count: lost.length,
    unit: 'requests',
    evidence: [
      ...evidenceOf(lost, reason),
      ...(gap === undefined ? [] : [`They ended so: ${inWords(lost)}.`]),
      ...otherSide(lost, reason, reading),
      ...beforeTheRoll(lost, reading),
    ],
    avoidedBy: first.causeId === OVERLOAD_ID ? LIGHTER_LOAD : (reason?.avoidedBy ?? null),
  };
}

/** The gap between APIs in which all of them were lost. */
function gapBehind(
  [{ causeId, sentAt, outcome }]: Group<LostRequest>,
  { apiGaps, steps }: Reading,
): ApiGap | undefined {
  const gap = gapOf(apiGaps, { sentAt, outcome });
  return gap !== undefined && causeId === gapCauseId(steps.at(gap.from)) ? gap : undefined;
}

function gapInWords({ from, to }: ApiGap, { endAt }: Reading): string {
  const until = to === endAt ? 'until the end of the run' : `for ${seconds(to - from)}`;
  return `Requests lost: no API served ${until}, all were asked to stop`;
}

function sightingOf(request: LostRequest, answerers: Answerers): Sighting {
  const { id, sentAt, operation, detail } = request;
  return {
    at: sentAt,
    ...placeOf(request, answerers),
    victim: id,
    sample: detail === null ? operation : `${operation}: ${detail}`,
  };
}

function kindOfLoss(
  lost: Group<LostRequest>,
  reason: LogFinding | undefined,
): Pick<FoundCause, 'kind' | 'harm' | 'title'> {
  const [{ causeId, cause, noise }] = lost;
  if (causeId === OVERLOAD_ID) {
    return {
      kind: 'machine-noise',
      harm: 'noise',
      title:
        'This machine could not carry the load: requests were not taken or not answered in time',
    };
  }
  if (noise) {
    const title = `Noise of the machine, not of the subject: ${cause}`;
    return { kind: 'machine-noise', harm: 'noise', title };
  }
  const how = reason === undefined ? inWords(lost) : `${reason.service} logged “${reason.title}”`;
  return { kind: 'requests-lost', harm: 'requests-lost', title: `Requests lost: ${how}` };
}

function evidenceOf(lost: Group<LostRequest>, reason: LogFinding | undefined): string[] {
  const [first] = lost;
  const last = lost.at(-1)?.sentAt ?? first.sentAt;
  return [
    `${counted(lost.length, 'request')}, sent ${span(first.sentAt, last)}; the first is ${first.id}.`,
    ...operationsOf(lost),
    ...(reason === undefined
      ? []
      : [
          `They were answered with ${statusesOf(lost)}.`,
          `The log of ${reason.node}/${reason.service} names such a request with the error: ${reason.request}.`,
        ]),
  ];
}

function beforeTheRoll(
  lost: Group<LostRequest>,
  { services: { firstSwapAt } }: Reading,
): readonly string[] {
  return firstSwapAt !== null && lost.every(({ at }) => at < firstSwapAt)
    ? ['Nothing had been swapped yet, so that no upgrade made them fail.']
    : [];
}

/** The lines in which engines refused what an api reports as refused by its peer. */
function otherSide(
  lost: Group<LostRequest>,
  reason: LogFinding | undefined,
  { events, logged }: Reading,
): readonly string[] {
  if (reason === undefined) return [];
  const lines = new Set(
    lost.flatMap(({ id }) => {
      const finding = logged.of(id)?.finding;
      return finding === undefined ? [] : refusalsBehind(finding, events);
    }),
  );
  return [
    ...Map.groupBy(
      lines,
      ({ node, service, version, title }) => `${node}/${service} ${version} ${title}`,
    ).values(),
  ].flatMap((own) => {
    const [line] = own;
    if (line === undefined) return [];
    const { node, service, version, title } = line;
    return [
      `The other side, in the log of ${node}/${service} ${version}: ${own.length} × “${title}”.`,
    ];
  });
}

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
function reasonOf(lost: Group<LostRequest>, logged: LoggedReasons): LogFinding | undefined {
  const [{ id, causeId, noise }] = lost;
  const reason = noise ? undefined : logged.of(id);
  return reason?.causeId === causeId ? reason.finding : undefined;
}

/** How it was lost. If the server was stopping or starting, only that. */
function likeness(
  { causeId, noise, outcome, status, termination }: LostRequest,
  reason: LogFinding | undefined,
): FoundCause['alike'] {
  if (noise) return [causeId === OVERLOAD_ID ? 'overloaded' : null];
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
