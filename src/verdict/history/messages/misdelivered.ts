import type { RunEvent, ReplyMisdelivered } from '../../../events/event.ts';
import { slug } from '../../schema/slug.ts';
import { waitedAt, type Waiting } from './waiting.ts';

/** Replies that went to a service other than the caller. */
export interface MisdeliveredReplies {
  readonly all: readonly ReplyMisdelivered[];
  /** The reply to which a lost request belongs: its caller waited for it until the time-out. */
  lostWith(request: Waiting): ReplyMisdelivered | undefined;
}

/** Replies that another service than the caller took, in order of time. */
export function readMisdelivered(events: readonly RunEvent[]): MisdeliveredReplies {
  const all = events
    .filter((event) => event.type === 'reply-misdelivered')
    .sort((a, b) => a.at - b.at);
  const byRequest = Map.groupBy(all, ({ request }) => request);
  return {
    all,
    lostWith: (request) => byRequest.get(request.id)?.find(({ at }) => waitedAt(request, at)),
  };
}

/** The two services between which replies were misdelivered, in alphabetical order. */
export function sharers({ node, service, caller }: ReplyMisdelivered): readonly [string, string] {
  const taker = `${node}/${service}`;
  return taker < caller ? [taker, caller] : [caller, taker];
}

/** The cause for all replies that one pair of services took from each other. */
export function sharingCauseId(reply: ReplyMisdelivered): string {
  return slug('reply-queue-shared', ...sharers(reply));
}
