import type { EventOf } from '../../events/event.ts';
import { coverage, type Interval } from '../history/interval.ts';
import type { Disruption, DisruptionOfAll, LostRequest } from '../schema/verdict.ts';

type Request = EventOf<'request'>;
type Sent = Pick<Request, 'sentAt' | 'at' | 'outcome'>;
type Address = (request: Request) => LostRequest;

/**
 * The intervals in which one stream of requests (a probe over one kind of connection) was not
 * served.
 *
 * @param address Where a lost request was lost.
 * @param silences When the load stood still: that does not lengthen a disruption.
 */
export function disruptionsOf(
  requests: readonly Request[],
  address: Address,
  silences: readonly Interval[],
): readonly Disruption[] {
  return outagesOf(requests).map(({ first, lost, ...interval }) => ({
    ...intervalOf(interval, silences),
    probe: first.probe,
    connection: first.connection,
    ...lossOf(first, lost, address),
  }));
}

/** The intervals in which no request of any client was served. */
export function disruptionsOfAll(
  requests: readonly Request[],
  address: Address,
  silences: readonly Interval[],
): readonly DisruptionOfAll[] {
  return outagesOf(requests).map(({ first, lost, ...interval }) => ({
    ...intervalOf(interval, silences),
    probes: [...new Set(lost.map(({ probe }) => probe))].sort(),
    ...lossOf(first, lost, address),
  }));
}

/** See `outagesOf`. */
export interface Outage<R extends Sent = Request> {
  readonly first: R;
  readonly lost: readonly R[];
  readonly to: number;
  readonly recovered: boolean;
  readonly from: number;
}

/**
 * From the send of the first lost request to the send of the first served one sent after it.
 * Requests sent in the same instant count as lost if one of them is. The outages of a stream do
 * not overlap, and each lost request was sent in exactly one of them.
 */
export function outagesOf<R extends Sent>(requests: readonly R[]): readonly Outage<R>[] {
  const outages: Outage<R>[] = [];
  let open: R[] = [];
  const close = (servedAt: number | null): void => {
    const [first] = open;
    if (first === undefined) return;
    const to = servedAt ?? open.reduce((latest, { at }) => Math.max(latest, at), first.at);
    outages.push({ first, lost: open, from: first.sentAt, to, recovered: servedAt !== null });
    open = [];
  };
  for (const [sentAt, together] of bySend(requests)) {
    const lost = together.filter(({ outcome }) => outcome !== 'served');
    if (lost.length > 0) open.push(...lost);
    else close(sentAt);
  }
  close(null);
  return outages;
}

/** An outage without the time in which nothing was asked. */
export function intervalOf(
  { from, to, recovered }: Pick<Outage, 'from' | 'to' | 'recovered'>,
  silences: readonly Interval[],
) {
  const seconds = (to - from - coverage(silences, { from, to })) / 1000;
  return { from, to, seconds, recovered };
}

/** Where it began; it is noise if all that was lost in it is. */
function lossOf(first: Request, requests: readonly Request[], address: Address) {
  const { node, step, cause, causeId } = address(first);
  const noise = requests.every((request) => address(request).noise);
  return { lost: requests.length, node, step, cause, causeId, noise };
}

/** Requests by the time of their send, in its order. Events come in the order of outcomes. */
function bySend<R extends Sent>(
  requests: readonly R[],
): readonly (readonly [number, readonly R[]])[] {
  const sends = Map.groupBy(requests, ({ sentAt }) => sentAt);
  return [...sends].sort(([a], [b]) => a - b);
}
