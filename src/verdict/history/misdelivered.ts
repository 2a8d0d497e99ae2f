import type { EventOf, RunEvent } from '../../events/event.ts';
import type { LostRequest } from '../schema/verdict.ts';
import { slug } from '../words/slug.ts';

type Misdelivered = EventOf<'reply-misdelivered'>;

/** Replies that went to another service than the one that had called. */
export interface MisdeliveredReplies {
  readonly all: readonly Misdelivered[];
  /** The one that a request was lost with: its caller waited for it until its time was up. */
  lostWith(request: Waiting): Misdelivered | undefined;
}

/** A request that got no answer, or that of a service that itself got none. */
type Waiting = Pick<LostRequest, 'id' | 'sentAt' | 'at'> & { readonly outcome: string };

/** A log's times are those at which its lines were read. */
const SLACK_MS = 2_000;
/** How a request ends whose service gets no reply. */
const UNANSWERED: readonly string[] = ['timeout', '5xx-service', '5xx-balancer'];

export function readMisdelivered(events: readonly RunEvent[]): MisdeliveredReplies {
  const all = events
    .filter((event) => event.type === 'reply-misdelivered')
    .sort((a, b) => a.at - b.at);
  const byRequest = Map.groupBy(all, ({ request }) => request);
  return {
    all,
    lostWith: ({ id, sentAt, at, outcome }) =>
      UNANSWERED.includes(outcome)
        ? byRequest
            .get(id)
            ?.find((reply) => reply.at >= sentAt - SLACK_MS && reply.at <= at + SLACK_MS)
        : undefined,
  };
}

/** The two services between which replies went wrong, in alphabetical order. */
export function sharers({ node, service, caller }: Misdelivered): readonly [string, string] {
  const taker = `${node}/${service}`;
  return taker < caller ? [taker, caller] : [caller, taker];
}

/** The cause that everything counts with that one pair of services took from each other. */
export function sharingCauseId(reply: Misdelivered): string {
  return slug('reply-queue-shared', ...sharers(reply));
}
