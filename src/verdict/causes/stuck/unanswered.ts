import { counted, some } from '../../../text/counted.ts';
import { seconds } from '../../../text/seconds.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import type { Starvation } from '../../history/messages/starved.ts';
import { unansweredCauseId, type UnansweredCall } from '../../history/messages/unanswered.ts';
import type { Reading } from '../../reading/reading.ts';
import { nounOf } from '../../schema/noun.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import type { Stuck } from './stuck.ts';
import { behindInWords, halts, starvationBehind } from './wording.ts';

type Share = { readonly call: UnansweredCall } & (
  | { readonly what: 'request'; readonly request: LostRequest }
  | { readonly what: 'behind'; readonly request: LostRequest; readonly starvation: Starvation }
);

/**
 * One cause for each release whose engines took calls and never answered them. It includes requests
 * that reached no service, since all workers of an API waited for such calls. It also includes
 * objects that came to a halt meanwhile for no other reason.
 */
export function unansweredCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const halted = stuck.filter((one) => one.reason === 'unanswering');
  const shares = reading.api.lost.flatMap((request): readonly Share[] => {
    const call = reading.unanswered.of(request);
    if (call !== undefined && request.causeId === unansweredCauseId(call)) {
      return [{ what: 'request', request, call }];
    }
    const starvation = starvationBehind(request, reading);
    return starvation?.by.kind === 'unanswered'
      ? [{ what: 'behind', request, starvation, call: starvation.by.call }]
      : [];
  });
  return groupBy(shares, ({ call }) => unansweredCauseId(call)).map((own) => {
    const id = unansweredCauseId(own[0].call);
    const objects = halted.filter((one) => unansweredCauseId(one.call) === id);
    return causeOf(own, objects, reading);
  });
}

function causeOf(
  shares: Group<Share>,
  objects: readonly Stuck[],
  { steps, unanswered, start }: Reading,
): FoundCause {
  const [{ call }] = shares;
  const { life } = call;
  const id = unansweredCauseId(call);
  const calls = unanswered.all.filter((one) => unansweredCauseId(one) === id);
  const methods = groupBy(calls, ({ method }) => method).toSorted((a, b) => b.length - a.length);
  const longest = Math.max(...calls.map(({ request }) => request.at - request.sentAt));
  const behind = shares.flatMap((share) => (share.what === 'behind' ? [share] : []));
  const named = some(
    methods.map(([{ method }]) => method),
    2,
  );
  return {
    id,
    alike: methods.slice(0, 1).map(([{ method }]) => method),
    kind: 'calls-never-answered',
    harm: objects.length > 0 ? 'stacks-stuck' : 'requests-lost',
    title: `${life.kind} ${life.label} took ${counted(calls.length, 'call')} of ${named} and answered none of them in ${seconds(longest)}`,
    ...whereFirst(
      mapGroup(shares, (share) => ({
        at: share.call.sentAt,
        node: share.call.life.node,
        service: share.call.life.service,
        version: share.call.life.label,
        victim: share.call.request.id,
        sample: `${share.call.method} for ${share.call.sender}, taken at ${seconds(share.call.sentAt)}: ${share.call.request.operation} waited ${seconds(share.call.until - share.call.request.sentAt)}`,
      })),
      steps,
    ),
    nodes: [...new Set(calls.map((one) => one.life.node))],
    count: shares.length,
    unit: 'requests',
    evidence: [
      `Taken and not answered: ${some(
        methods.map((own) => `${own.length} × ${own[0].method}`),
        6,
      )}. The first is for ${calls[0]?.request.id ?? ''}.`,
      calls.some(({ isProven }) => isProven)
        ? 'An engine logs each reply, and to its end or the end of the run it logged none to these. No engine was asked to stop meanwhile.'
        : 'No engine logged an error for them, none was asked to stop meanwhile, and the machine was not slow.',
      ...behindInWords(behind, 'that were never answered'),
      ...(objects.length === 0
        ? []
        : [
            `${counted(objects.length, nounOf(start))} came to a halt meanwhile, and nothing else explains it: ${halts(objects)}.`,
          ]),
    ],
    avoidedBy: null,
  };
}
