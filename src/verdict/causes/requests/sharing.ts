import type { ReplyMisdelivered } from '../../../events/event.ts';
import { kindOf, readInstanceName } from '../../../scenario/topology/topology.ts';
import { counted, some } from '../../../text/counted.ts';
import { seconds } from '../../../text/seconds.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import { sharers, sharingCauseId } from '../../history/messages/misdelivered.ts';
import type { Reading } from '../../reading/reading.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst, type Sighting } from '../sighting.ts';

const AVOIDED_BY =
  '[oslo_messaging_rabbit] processname (or hostname) of its own for each service, if use_queue_manager is on';

/**
 * Pairs of services that read one reply queue and so take each other's answers: one cause for each
 * pair.
 */
export function sharingCauses(reading: Reading): readonly FoundCause[] {
  return groupBy(reading.misdelivered.all, sharingCauseId).map((own) => causeOf(own, reading));
}

function causeOf(replies: Group<ReplyMisdelivered>, reading: Reading): FoundCause {
  const { api, steps, misdelivered } = reading;
  const [first] = replies;
  const id = sharingCauseId(first);
  const pair = sharers(first);
  const queues = [...new Set(replies.flatMap(({ queue }) => queue ?? []))];
  const lost = api.lost.filter((request) => {
    const reply = misdelivered.lostWith(request);
    return reply !== undefined && sharingCauseId(reply) === id;
  });
  const sightings = mapGroup(replies, ({ at, node, service, version, sample }): Sighting => {
    return { at, node, service, version, sample };
  });
  return {
    id,
    alike: pair.map((name) => kindOf(readInstanceName(name)?.service ?? name)).toSorted(),
    kind: 'reply-queue-shared',
    harm: lost.length > 0 ? 'requests-lost' : 'log-only',
    title: `${pair.join(' and ')} share a reply queue and take each other’s answers`,
    ...whereFirst(sightings, steps),
    victim: lost[0]?.id ?? null,
    count: lost.length > 0 ? lost.length : replies.length,
    unit: lost.length > 0 ? 'requests' : 'log lines',
    evidence: [
      `${counted(replies.length, 'reply', 'replies')} went to the wrong service, from ${seconds(first.at)} on: ${some(replies.map(inWords), 3)}.`,
      ...queues.map((queue) => `Both read ${queue}${consumersOf(queue, reading)}.`),
      ...(lost.length === 0 ? [] : [whatWasLost(lost)]),
    ],
    avoidedBy: AVOIDED_BY,
  };
}

function inWords({ message, node, service, caller }: ReplyMisdelivered): string {
  return `${message}, called by ${caller} and taken by ${node}/${service}`;
}

/** The broker's own count. */
function consumersOf(queue: string, { events }: Reading): string {
  const most = events
    .filter((event) => event.type === 'reply-queue-shared')
    .filter((event) => event.queue === queue)
    .reduce((all, { consumers }) => Math.max(all, consumers), 0);
  return most > 1 ? `, on which the broker counted ${most} consumers` : '';
}

function whatWasLost(lost: readonly LostRequest[]): string {
  const own = lost.length === 1 ? 'its own reply' : 'their own replies';
  const named = some(lost.map(({ id, sentAt }) => `${id} of ${seconds(sentAt)}`));
  return `${counted(lost.length, 'request')} got no answer since another service took ${own}: ${named}.`;
}
