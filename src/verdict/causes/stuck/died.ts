import { kindOf } from '../../../scenario/topology/topology.ts';
import { counted, some } from '../../../text/counted.ts';
import { seconds } from '../../../text/seconds.ts';
import { deathCauseId, LOST_WITH_PROCESS, type Death } from '../../history/deaths.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import type { Starvation } from '../../history/messages/starved.ts';
import type { Reading } from '../../reading/reading.ts';
import { nounOf } from '../../schema/noun.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import type { Stuck } from './stuck.ts';
import { behindInWords, halts, starvationBehind } from './wording.ts';

type Died = Extract<Stuck, { reason: 'died' }>;

/** A loss that belongs to the exit of a process. */
type LossOfExit = { readonly death: Death } & (
  | { readonly what: 'object'; readonly stuck: Died }
  | { readonly what: 'request'; readonly request: LostRequest }
  | { readonly what: 'behind'; readonly request: LostRequest; readonly starvation: Starvation }
);

/**
 * Losses due to an engine's process that exited by itself: objects, and requests that it had taken.
 */
export function diedCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const shares = [
    ...stuck.flatMap((one): readonly LossOfExit[] =>
      one.reason === 'died' ? [{ what: 'object', stuck: one, death: one.death }] : [],
    ),
    ...reading.api.lost.flatMap((request): readonly LossOfExit[] => {
      const death = deathOf(request, reading);
      if (death !== undefined) return [{ what: 'request', request, death }];
      const starvation = starvationBehind(request, reading);
      return starvation?.by.kind === 'died'
        ? [{ what: 'behind', request, starvation, death: starvation.by.death }]
        : [];
    }),
  ];
  return groupBy(shares, ({ death }) => deathCauseId(death)).map((own) => causeOf(own, reading));
}

/** The process to which a lost request belongs. */
export function deathOf(request: LostRequest, { deaths }: Reading): Death | undefined {
  const death = deaths.lostWith(request);
  return death !== undefined && deathCauseId(death) === request.causeId ? death : undefined;
}

function causeOf(own: Group<LossOfExit>, { start, steps }: Reading): FoundCause {
  const [{ death }] = own;
  const { service, signature, version } = death;
  const deaths = [...new Set(own.map((one) => one.death))].toSorted((a, b) => a.at - b.at);
  const objects = own.flatMap((share) => (share.what === 'object' ? [share.stuck] : []));
  const requests = own.flatMap((share) => (share.what === 'request' ? [share.request] : []));
  const behind = own.flatMap((share) => (share.what === 'behind' ? [share] : []));
  const lost = requests.length + behind.length;
  return {
    id: deathCauseId(death),
    alike: [signature],
    kind: LOST_WITH_PROCESS,
    harm: objects.length > 0 ? 'stacks-stuck' : 'requests-lost',
    title:
      `A process of ${kindOf(service)} ${version} ended by itself, and its work was lost` +
      (objects.length > 0 && lost > 0 ? `; ${counted(lost, 'request')} too` : ''),
    ...whereFirst(
      mapGroup(own, (share) => ({
        victim: share.what === 'object' ? share.stuck.object.name : share.request.id,
        at: share.death.at,
        node: share.death.node,
        service,
        version,
        sample: share.death.sample,
      })),
      steps,
    ),
    count: objects.length > 0 ? objects.length : lost,
    unit: objects.length > 0 ? 'stacks' : 'requests',
    evidence: [
      ...evidenceOf({ deaths, objects, requests }, nounOf(start)),
      ...behindInWords(behind, 'that were lost in this way'),
    ],
    avoidedBy: death.avoidedBy ?? null,
  };
}

function evidenceOf(
  {
    deaths,
    objects,
    requests,
  }: {
    readonly deaths: readonly Death[];
    readonly objects: readonly Died[];
    readonly requests: readonly LostRequest[];
  },
  noun: string,
): readonly string[] {
  const ends = deaths.map(({ at, node, service }) => `${node}/${service} at ${seconds(at)}`);
  const unanswered = requests.map(({ id, sentAt }) => `${id} of ${seconds(sentAt)}`);
  return [
    `Processes of engines ended: ${some(ends)}.`,
    ...(objects.length === 0
      ? []
      : [
          `${counted(objects.length, noun)} came to a halt at about that time: ${halts(objects)}.`,
          'No message, record or log line names what the process was working on, so the time decides.',
        ]),
    ...(requests.length === 0
      ? []
      : [
          `${counted(requests.length, 'request')} got no answer: the engine had taken the call, and its process ended before the request did: ${some(unanswered)}.`,
        ]),
  ];
}
