import type { LogFinding } from '../../events/event.ts';
import { describeMeeting } from '../../scenario/topology/meeting.ts';
import { kindOf } from '../../scenario/topology/topology.ts';
import { counted, some } from '../../text/counted.ts';
import { seconds } from '../../text/seconds.ts';
import { objectRefusalsIn, refusalsIn } from '../history/messages/refusal.ts';
import type { Reading } from '../reading/reading.ts';
import { type Clause, type Forecast } from '../schema/verdict.ts';
import { changedCodeClause } from './changed-code.ts';
import { checkClause } from './checks.ts';
import { failed, notProven, proven, type Claim } from './clause.ts';
import { forecastClause } from './forecasts.ts';
import { restartInWords } from './restart.ts';

/** The checkpoints of the time in which base and target run side by side. */
const MIXED = ['after-node', 'mixed'];

/** Base and target side by side, and working together. */
export function rollingClauses(
  reading: Reading,
  forecasts: readonly Forecast[],
): readonly Clause[] {
  const { mixed } = reading;
  return [
    bothDid(
      { id: 'mixed-served', title: 'Base and target both served requests in the mixed state' },
      reading,
      mixed.requests,
      'request',
    ),
    bothDid(
      { id: 'mixed-worked', title: 'Base and target both executed work in the mixed state' },
      reading,
      mixed.work,
      'piece of work',
      'pieces of work',
    ),
    understandEachOther(reading),
    ...forecastClause(forecasts, reading),
    ...changedCodeClause(reading),
    ...checkClause(reading, 'The scenario’s checks hold in the mixed state', MIXED),
  ];
}

/** Why there was no mixed state, or `null` if there was one. */
function withoutMixedState({ services, mixed, start, onlyInfrastructure }: Reading): string | null {
  if (onlyInfrastructure) {
    const one = (start.infrastructure ?? []).every(({ servers }) => servers === undefined);
    return one
      ? 'A single server was swapped, so there was no mixed state.'
      : `Only infrastructure was swapped: ${start.subject} had no mixed state.`;
  }
  if (services.nothingNew) {
    return `${restartInWords(start)} So there was no mixed state.`;
  }
  return mixed.intervals.length === 0
    ? 'There was no mixed state: base and target never ran side by side.'
    : null;
}

function bothDid(
  claim: Claim,
  reading: Reading,
  counts: { readonly base: number; readonly target: number },
  one: string,
  many = `${one}s`,
): Clause {
  const missing = withoutMixedState(reading);
  if (missing !== null) return notProven(claim, missing);
  const { base, target } = reading.services.labels;
  const length = seconds(reading.mixed.seconds * 1000);
  const evidence = `In ${length} of mixed state ${base} did ${counted(counts.base, one, many)} and ${target} ${counted(counts.target, one, many)}.`;
  return counts.base > 0 && counts.target > 0
    ? proven(claim, evidence)
    : notProven(claim, evidence);
}

/** How many calls showed that the versions understand each other. */
function coverage({ crossing }: Reading): readonly string[] {
  if (crossing === null) return [];
  const { wanted, met, unmet } = crossing;
  const named = unmet.map(
    ({ operation, from, to }) => `${operation} (${describeMeeting({ sender: 'api', from, to })})`,
  );
  return [
    `${met} of ${counted(wanted, 'call')} went between an API of one version and an engine of the other.`,
    ...(named.length === 0 ? [] : [`Not met: ${some(named, 10)}.`]),
  ];
}

/**
 * Refusals before the roll come from one release. Later refusals of the same kind, by the same
 * service and release, may also involve only that release.
 */
function byRelease(refusals: readonly LogFinding[], { baseline }: Reading) {
  const kind = ({ signature, service, version }: LogFinding): string =>
    [signature, kindOf(service), version].join(' ');
  const until = Math.max(...baseline.map(({ to }) => to));
  const before = new Set(refusals.filter(({ at }) => at <= until).map(kind));
  const isOfBase = (one: LogFinding): boolean => before.has(kind(one));
  return { ofBase: refusals.filter(isOfBase), others: refusals.filter((one) => !isOfBase(one)) };
}

/** @param messages How many messages were refused; 0 if only objects were. */
function refusedInWords(first: LogFinding, messages: number, { steps }: Reading): string {
  const step = steps.at(first.at, first.node);
  const what =
    messages > 0
      ? `${counted(messages, 'message')} refused`
      : 'Objects of another version were refused';
  return `${what}, the first at ${seconds(first.at)} in step ${step?.id ?? 'unknown'} by ${first.node}/${first.service} ${first.version}.`;
}

function understandEachOther(reading: Reading): Clause {
  const claim = {
    id: 'versions-understand-each-other',
    title: 'Neither version refused a message of the other',
  };
  // A refusal still counts if it is logged at the end of the mixed state.
  const messages = refusalsIn(reading.events);
  // One refusal has several traceback lines, so the lines are not counted.
  const objects = objectRefusalsIn(reading.events);
  const all = [...messages, ...objects].toSorted((a, b) => a.at - b.at);
  const { ofBase, others: refusals } = byRelease(all, reading);
  const [first] = refusals;
  if (first !== undefined) {
    const samples = [...new Set(refusals.map(({ sample }) => sample))];
    const refused = messages.filter((one) => refusals.includes(one)).length;
    return failed(claim, refusedInWords(first, refused, reading), ...samples.slice(0, 5));
  }
  const missing = withoutMixedState(reading);
  if (missing !== null) return notProven(claim, missing);
  const [own] = ofBase;
  if (own !== undefined) {
    return notProven(
      claim,
      `The base refuses messages of its own: ${own.node}/${own.service} ${own.version} at ${seconds(own.at)}, before anything is rolled. Later refusals of that kind show nothing.`,
      own.sample,
    );
  }
  const gap = reading.events.find((event) => event.type === 'watch-gap' && event.watch === 'log');
  if (gap?.type === 'watch-gap') {
    return notProven(claim, `A log could not be read to its end: ${gap.text}`);
  }
  const { work } = reading.mixed;
  return work.base > 0 && work.target > 0
    ? proven(claim, 'No refused message in any service’s log.', ...coverage(reading))
    : notProven(claim, 'No refusal was logged, but both versions were not seen working either.');
}
