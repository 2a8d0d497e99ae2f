import type { EventOf } from '../events/event.ts';
import type { Disruption, LostRequest } from './verdict.ts';

/**
 * The intervals in which one stream of requests (a probe over one kind of connection) was not
 * served: from the send of the first lost request to the send of the first served one sent
 * after it. Requests sent in the same instant count as lost if one of them is. The intervals
 * of a stream do not overlap, and each lost request was sent in exactly one of them.
 *
 * @param address Where a lost request was lost.
 */
export function disruptionsOf(
  requests: readonly EventOf<'request'>[],
  address: (request: EventOf<'request'>) => LostRequest,
): readonly Disruption[] {
  const disruptions: Disruption[] = [];
  let open: EventOf<'request'>[] = [];
  const close = (servedAt: number | null): void => {
    const [first] = open;
    if (first === undefined) return;
    const to = servedAt ?? Math.max(...open.map(({ at }) => at));
    const { node, step, cause, causeId } = address(first);
    disruptions.push({
      from: first.sentAt,
      to,
      seconds: (to - first.sentAt) / 1000,
      probe: first.probe,
      connection: first.connection,
      lost: open.length,
      recovered: servedAt !== null,
      node,
      step,
      cause,
      causeId,
    });
    open = [];
  };
  for (const [sentAt, together] of bySend(requests)) {
    const lost = together.filter(({ outcome }) => outcome !== 'served');
    if (lost.length > 0) open.push(...lost);
    else close(sentAt);
  }
  close(null);
  return disruptions;
}

/** Requests by the time of their send, in its order. Events come in the order of outcomes. */
function bySend(
  requests: readonly EventOf<'request'>[],
): readonly (readonly [number, readonly EventOf<'request'>[]])[] {
  const sends = Map.groupBy(requests, ({ sentAt }) => sentAt);
  return [...sends].sort(([a], [b]) => a - b);
}
