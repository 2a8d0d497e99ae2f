import type { EventOf } from '../../events/event.ts';
import { counted, some } from '../../text/counted.ts';
import { seconds } from '../../text/seconds.ts';
import { failureInWords, mayHinder } from '../history/base/failures.ts';
import { coverage } from '../history/interval.ts';
import { starvationCauseId } from '../history/messages/starved.ts';
import type { Reading } from '../reading/reading.ts';
import { ranOutOfTime } from '../requests/noise/blame.ts';
import { LIGHTER_LOAD, OVERLOAD_ID } from '../requests/noise/overload.ts';
import { slowerInWords } from '../requests/times/slower.ts';
import type { Clause, LostRequest } from '../schema/verdict.ts';
import { failed, notProven, proven } from './clause.ts';

/** Fewer requests than this prove nothing: one loss in a hundred would probably be missed. */
const FEWEST_REQUESTS = 100;
/** If more than this share of the requests is lost to noise, the rest proves nothing. */
const MOST_LOST_TO_NOISE = 0.01;
/** So many time-outs of a noisy run may be due to noise that no control showed. */
const MOST_APART = 5;
/** How far from noise a time-out may be and still be due to it. */
const NEAR_NOISE_MS = 2000;
/** A wait of a minute is hardly due to a second of noise. */
const TOUCHED_SHARE = 0.1;
/**
 * The share of arrivals that may go unsent before the load no longer counts as the requested one.
 */
const MOST_DROPPED = 0.01;

/** No request lost, and everything that was accepted processed in the end. */
export function zeroDowntimeClauses(reading: Reading): readonly Clause[] {
  // The most harmful first: a stuck object stays stuck, a lost request can be sent again.
  return [
    everyOperationCompleted(reading),
    noRequestLost(reading),
    ...noRequestSlowed(reading),
    allArrivalsSent(reading),
  ];
}

const SERVED = { id: 'no-request-lost', title: 'Every request was served' };

/**
 * Requests that were lost to noise do not fail the clause. They leave it unproven if they are many,
 * or if a swap may have caused them too. It is also unproven if noise may have caused every loss,
 * or if the machine could not carry the load. Every other loss fails the clause.
 */
function noRequestLost(reading: Reading): Clause {
  const { api, noise } = reading;
  const evidence = `${api.failed} of ${counted(api.requests, 'request')} lost.`;
  if (api.failed > 0) return judgeLosses(reading, evidence);
  const noted = lostToNoise(reading);
  if (api.requests < FEWEST_REQUESTS) {
    const why = `${evidence} That is too few to judge: ${FEWEST_REQUESTS} are needed.`;
    return notProven(SERVED, why, ...noted);
  }
  const gap = gapInLoad(reading);
  if (gap !== undefined) return notProven(SERVED, gap, evidence, ...noted);
  if (api.noise.requests > 0) return judgeNoise(reading, evidence);
  return proven(SERVED, evidence, ...(noise.why === null ? [] : [noise.why]));
}

function lostToNoise({ api: { noise } }: Reading): readonly string[] {
  return noise.requests === 0
    ? []
    : [
        `${counted(noise.requests, 'more request')} lost while the controls were too: the machine's noise.`,
      ];
}

/** Losses that noise does not excuse by itself. */
function judgeLosses(reading: Reading, evidence: string): Clause {
  const { api, noise, baseFailures } = reading;
  const felt = api.disruptions.filter((disruption) => !disruption.noise);
  const longest = felt.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  const details = [
    `${counted(felt.length, 'disruption')}, the longest ${seconds(longest * 1000)}.`,
    ...lostToNoise(reading),
    ...(noise.why === null ? [] : [noise.why]),
  ];
  const ofBase = api.lost.filter((lost) => !lost.noise && isOfBase(lost, reading));
  if (ofBase.length >= api.failed) {
    return notProven(
      SERVED,
      `The base lost ${ofBase.length === 1 ? 'it' : 'them'} by itself, before anything was rolled or in the same way afterwards: ${evidence}`,
      ...baseFailures.map(failureInWords),
      ...details,
    );
  }
  const isApart = ({ sentAt, at }: LostRequest): boolean => {
    const around = { from: sentAt - NEAR_NOISE_MS, to: at + NEAR_NOISE_MS };
    return coverage(noise.machine, around) < TOUCHED_SHARE * (around.to - around.from);
  };
  const perhapsNoise =
    api.lost.every(
      (lost) => lost.noise || (ranOutOfTime(lost, lost) && !isExplained(lost, reading)),
    ) && api.lost.filter((lost) => !lost.noise && isApart(lost)).length <= MOST_APART;
  return noise.tooNoisy && perhapsNoise
    ? notProven(SERVED, `${evidence} The run is too noisy to tell why.`, ...details)
    : failed(SERVED, evidence, ...details);
}

/** The base failed in this way before the roll, or lost it then. */
function isOfBase(lost: LostRequest, { baseline, baseFailures }: Reading): boolean {
  return (
    baseFailures.some(({ id }) => id === lost.causeId) ||
    baseline.some(({ from, to }) => lost.sentAt >= from && lost.at <= to)
  );
}

/** Why the requests do not cover the whole upgrade, if they do not. */
function gapInLoad(reading: Reading): string | undefined {
  const { silentMs, start } = reading;
  if (silentMs > 0) {
    const why =
      start.watched === undefined
        ? 'the run was paused, and the load with it'
        : 'the watch did not run';
    return `For ${seconds(silentMs)} of the upgrade nothing was sent: ${why}.`;
  }
  const unobserved = unobservedIn(reading);
  const [one] = unobserved;
  return (
    one &&
    `${counted(unobserved.length, 'request')} of the upgrade showed nothing of the service: ${one.why}.`
  );
}

/** Every loss is one to noise. */
function judgeNoise(reading: Reading, evidence: string): Clause {
  const { api, noise } = reading;
  const { requests, doubtful } = api.noise;
  const noted = lostToNoise(reading);
  if (noise.tooNoisy) return notProven(SERVED, noise.why ?? '', evidence, ...noted);
  const overload = api.lost.filter(({ causeId }) => causeId === OVERLOAD_ID).length;
  if (overload > 0) {
    const why = `This machine could not carry the load: ${counted(overload, 'request')} lost to that. Take ${LIGHTER_LOAD}.`;
    return notProven(SERVED, why, evidence);
  }
  if (doubtful > 0) {
    const why = `${counted(doubtful, 'request')} lost to noise while a service was swapped: that may have cost them too.`;
    return notProven(SERVED, why, evidence, ...noted);
  }
  return requests / api.requests > MOST_LOST_TO_NOISE
    ? notProven(SERVED, 'Too many were lost to noise.', evidence, ...noted)
    : proven(SERVED, evidence, ...noted);
}

/**
 * Whether a log shows why a request was lost. Its message or reply was lost, its engine never
 * answered, or the process that had taken its call ended. Or all workers of its API waited for such
 * calls.
 */
function isExplained(lost: LostRequest, reading: Reading): boolean {
  const { dropped, misdelivered, deaths, unanswered, starvations, steps } = reading;
  return (
    [dropped, misdelivered, deaths].some((loss) => loss.lostWith(lost) !== undefined) ||
    unanswered.of(lost) !== undefined ||
    starvations.some((starvation) => starvationCauseId(starvation, steps) === lost.causeId)
  );
}

/** Requests during the swaps for objects that another user had deleted. */
function unobservedIn({ events, services }: Reading): readonly EventOf<'request-unobserved'>[] {
  const from = services.firstSwapAt ?? 0;
  const to = services.lastSwapAt ?? Infinity;
  return events
    .filter((event) => event.type === 'request-unobserved')
    .filter(({ at, sentAt }) => at >= from && sentAt <= to);
}

/** Objects of the load that others deleted. */
function deletedByOthers({ events, ledger }: Reading): readonly string[] {
  const own = new Set(ledger.objects.map(({ name }) => name));
  return events.flatMap((event) =>
    event.type === 'watch-gap' && own.has(event.watch) ? [`${event.watch}: ${event.text}`] : [],
  );
}

function everyOperationCompleted(reading: Reading): Clause {
  const { ledger, baseFailures, overloadedWork } = reading;
  const claim = {
    id: 'every-accepted-operation-completed',
    title: 'Every operation that the API accepted was completed',
  };
  const { accepted, completed, stuck, failed: broken, lost, unsettled } = ledger.counts;
  const evidence = `${completed} of ${counted(accepted, 'accepted operation')} completed; ${stuck} stuck, ${broken} failed, ${lost} lost, ${unsettled} not known.`;
  if (stuck + broken + lost > 0) {
    const bad = ledger.operations.filter(({ outcome }) =>
      ['stuck', 'failed', 'lost'].includes(outcome),
    );
    const named = some(
      bad.map(({ action, object, outcome }) => `${action} of ${object} ${outcome}`),
      10,
    );
    if (bad.every((operation) => overloadedWork(operation) !== undefined)) {
      const why = `This machine could not carry the load: ${evidence} Take ${LIGHTER_LOAD}.`;
      return notProven(claim, why, named);
    }
    return bad.every((operation) => mayHinder(baseFailures, operation))
      ? notProven(
          claim,
          `The base’s own failures may have kept them from completing: ${evidence}`,
          ...baseFailures.map(failureInWords),
          named,
        )
      : failed(claim, evidence, named);
  }
  if (accepted === 0) return notProven(claim, 'No operation was accepted.');
  if (unsettled > 0) return notProven(claim, evidence, ...deletedByOthers(reading).slice(0, 10));
  return proven(claim, evidence);
}

/** Every call of a user was sent to both releases. */
function noRequestSlowed({ crossing, slower }: Reading): readonly Clause[] {
  if (crossing === null) return [];
  const claim = {
    id: 'no-request-slowed',
    title: 'The target answers no request a second later than the base',
  };
  const noticed = slower.filter(({ isNoticed }) => isNoticed);
  return noticed.length === 0
    ? [proven(claim, 'None takes a second longer in every answer of the target.')]
    : [failed(claim, ...noticed.map(slowerInWords))];
}

function allArrivalsSent({ api, events, start }: Reading): Clause {
  const claim = { id: 'all-arrivals-sent', title: 'The load was sent as planned' };
  const arrivals = api.requests + api.dropped;
  const evidence = `${api.dropped} of ${counted(arrivals, 'arrival')} could not be sent on time.`;
  if (arrivals === 0) return notProven(claim, 'Nothing was sent.');
  const asked = new Set(api.probes.map(({ probe, connection }) => `${probe}/${connection}`));
  const silent = (start.watched?.probes ?? []).filter((probe) => !asked.has(probe));
  if (silent.length > 0) return notProven(claim, `Nothing was sent by ${some(silent)}.`, evidence);
  const late = events.filter(
    (event) => event.type === 'arrivals-dropped' && event.reason === 'late',
  ).length;
  const reasons =
    late === 0
      ? []
      : [`For ${late} of those, including the controls', the harness itself was late.`];
  return api.dropped / arrivals > MOST_DROPPED
    ? notProven(claim, `${evidence} The harness could not keep the rate.`, ...reasons)
    : proven(claim, evidence, ...reasons);
}
