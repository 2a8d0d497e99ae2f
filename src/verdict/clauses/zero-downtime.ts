import type { Reading } from '../reading.ts';
import type { Clause } from '../verdict.ts';
import { plural, seconds, some } from '../wording.ts';
import { failed, notProven, proven } from './clause.ts';

/** Fewer requests than this show nothing: one loss in a hundred would likely go unseen. */
const FEWEST_REQUESTS = 100;
/** The share of arrivals that may go unsent before the load is not the one that was asked for. */
const MOST_DROPPED = 0.01;

/** No request lost, and everything that was accepted processed in the end. */
export function zeroDowntimeClauses(reading: Reading): readonly Clause[] {
  // The most harmful first: a stranded stack stays stranded, a lost request can be sent again.
  return [everyOperationCompleted(reading), noRequestLost(reading), allArrivalsSent(reading)];
}

function noRequestLost({ api }: Reading): Clause {
  const claim = { id: 'no-request-lost', title: 'Every request was served' };
  const evidence = `${api.failed} of ${plural(api.requests, 'request')} lost.`;
  if (api.failed > 0) {
    const longest = api.disruptions.reduce((most, { seconds }) => Math.max(most, seconds), 0);
    return failed(
      claim,
      evidence,
      `${plural(api.disruptions.length, 'disruption')}, the longest ${seconds(longest * 1000)}.`,
    );
  }
  return api.requests < FEWEST_REQUESTS
    ? notProven(claim, `${evidence} That is too few to tell: ${FEWEST_REQUESTS} are needed.`)
    : proven(claim, evidence);
}

function everyOperationCompleted({ ledger }: Reading): Clause {
  const claim = {
    id: 'every-accepted-operation-completed',
    title: 'Every operation that the API accepted was completed',
  };
  const { accepted, completed, stuck, failed: broken, lost, unsettled } = ledger.counts;
  const evidence = `${completed} of ${plural(accepted, 'accepted operation')} completed; ${stuck} stuck, ${broken} failed, ${lost} lost, ${unsettled} not known.`;
  if (stuck + broken + lost > 0) {
    const bad = ledger.operations.filter(({ outcome }) =>
      ['stuck', 'failed', 'lost'].includes(outcome),
    );
    return failed(
      claim,
      evidence,
      some(
        bad.map(({ action, object, outcome }) => `${action} of ${object} ${outcome}`),
        10,
      ),
    );
  }
  if (accepted === 0) return notProven(claim, 'No operation was accepted.');
  if (unsettled > 0) return notProven(claim, evidence);
  return proven(claim, evidence);
}

function allArrivalsSent({ api }: Reading): Clause {
  const claim = { id: 'all-arrivals-sent', title: 'The load was the one that was asked for' };
  const arrivals = api.requests + api.dropped;
  const evidence = `${api.dropped} of ${plural(arrivals, 'arrival')} could not be sent on time.`;
  if (arrivals === 0) return notProven(claim, 'Nothing was sent.');
  return api.dropped / arrivals > MOST_DROPPED
    ? notProven(claim, `${evidence} The harness could not keep the rate.`)
    : proven(claim, evidence);
}
