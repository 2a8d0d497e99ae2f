import type { EventOf } from '../../../events/event.ts';
import { counted } from '../../../text/counted.ts';
import { seconds } from '../../../text/seconds.ts';
import type { Reading } from '../../reading/reading.ts';
import { outageCauseId } from '../../requests/losses/cause-id.ts';
import { isItsOwn, outageDuring, outageInWords, type Outage } from '../../requests/outages.ts';
import { slug } from '../../schema/slug.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import type { FoundCause } from '../found.ts';
import { slowerThanCalm } from './held-up.ts';

/**
 * Services that stopped working under load, each with its cost: requests that were lost or delayed
 * longer than any in normal operation, or nothing.
 */
export function outageCauses(reading: Reading): readonly FoundCause[] {
  return reading.outages.map((outage) => outageCause(outage, reading));
}

function outageCause(outage: Outage, reading: Reading): FoundCause {
  const { steps, api } = reading;
  const { from, seen, intended, life } = outage;
  const step = steps.at(from, life?.node);
  const id = outageCauseId(outage, step?.id ?? null);
  const lost = api.lost.filter(({ causeId }) => causeId === id);
  const held = heldUp(outage, reading);
  const [first] = lost;
  return {
    id,
    alike: [],
    kind: slug(life === null ? 'infrastructure' : 'service', outage.how),
    harm: lost.length > 0 ? 'requests-lost' : held.length > 0 ? 'slowed' : 'log-only',
    title: titleOf(outage, lost, held),
    node: life?.node ?? null,
    nodes: life === null ? [] : [life.node],
    service: life?.service ?? outage.on,
    version: life?.label ?? null,
    step: step?.id ?? null,
    stepName: step?.name ?? null,
    firstAt: from,
    victim: first?.id ?? held[0]?.id ?? null,
    count: lost.length > 0 ? lost.length : held.length,
    unit: 'requests',
    sample: sampleOf(first, held),
    evidence: [
      seen,
      intended ? 'The scenario did it.' : 'It was not requested.',
      owedIn(outage, reading),
      ...byKind(lost),
    ],
    avoidedBy: null,
  };
}

/** `mysql was stopped for 1.3 s; 6 requests lost`. */
function titleOf(
  outage: Outage,
  lost: readonly LostRequest[],
  held: readonly EventOf<'request'>[],
): string {
  const slowest = Math.max(0, ...held.map(({ at, sentAt }) => at - sentAt));
  return [
    `${outageInWords(outage)}${isItsOwn(outage) ? ' and was away' : ''} for ${seconds(outage.to - outage.from)}`,
    ...(lost.length > 0 ? [`${counted(lost.length, 'request')} lost`] : []),
    ...(held.length > 0
      ? [`${counted(held.length, 'request')} held up, for ${seconds(slowest)} at most`]
      : []),
    ...(lost.length + held.length === 0 ? ['no request was lost or held up'] : []),
  ].join('; ');
}

/**
 * Operations that the subject had accepted but not finished, or accepted during the outage, and
 * their results.
 */
function owedIn({ from, to }: Outage, { ledger }: Reading): string {
  const owed = ledger.operations.filter(
    ({ sentAt, settled }) => sentAt <= to && (settled === null || settled.at >= from),
  );
  if (owed.length === 0) return 'No accepted operation was under way.';
  const ends = [...Map.groupBy(owed, ({ outcome }) => outcome)];
  return `${counted(owed.length, 'accepted operation')} were under way: ${ends.map(([outcome, own]) => `${own.length} ${outcome}`).join(', ')} in the end.`;
}

function sampleOf(lost: LostRequest | undefined, held: readonly EventOf<'request'>[]): string {
  if (lost !== undefined) {
    return `${lost.operation}: ${lost.cause}${lost.detail === null ? '' : `: ${lost.detail}`}`;
  }
  const [slow] = held.toSorted((a, b) => b.at - b.sentAt - (a.at - a.sentAt));
  return slow === undefined
    ? 'none'
    : `${slow.operation} (${slow.id}) took ${seconds(slow.at - slow.sentAt)}`;
}

function byKind(lost: readonly LostRequest[]): readonly string[] {
  const kinds = [
    ...Map.groupBy(lost, ({ status, outcome }) => [status, outcome].filter(Boolean).join(' ')),
  ];
  return kinds.length === 0
    ? []
    : [`Lost: ${kinds.map(([kind, own]) => `${own.length} × ${kind}`).join(', ')}.`];
}

/**
 * Requests that were in progress during the outage, were served, and took longer than any of their
 * kind in normal operation.
 */
function heldUp(outage: Outage, reading: Reading): readonly EventOf<'request'>[] {
  return slowerThanCalm(reading).filter(
    (request) =>
      request.sentAt <= outage.to &&
      request.at >= outage.from &&
      outageDuring(reading.outages, request)?.on === outage.on,
  );
}
