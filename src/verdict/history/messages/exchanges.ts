import type { EventOf, RunEvent } from '../../../events/event.ts';
import type { Role, Side } from '../../../words.ts';
import type { Crossing } from '../../schema/verdict.ts';
import type { Services } from '../services/services.ts';

/** Messages from services of one release to engines of one release, by method. */
export interface MethodCount {
  readonly method: string;
  /** The kind of request that caused them, if it was sent to observe them. */
  readonly operation: string | undefined;
  readonly sender: Role;
  readonly from: Side;
  readonly to: Side;
  readonly count: number;
}

/** The messages of the run by sender's and receiver's side; messages of a third release are left out. */
export function readExchanges(
  events: readonly RunEvent[],
  services: Services,
): readonly MethodCount[] {
  return events
    .filter((event) => event.type === 'rpc-observed')
    .flatMap(({ at, method, operation, from, to, count }) => {
      const sender = services.of({ ...from, at });
      const receiver = services.of({ ...to, at });
      if (sender?.role == null || sender.side === 'other') return [];
      if (receiver === undefined || receiver.side === 'other') return [];
      const { role, side } = sender;
      return [{ method, operation, sender: role, from: side, to: receiver.side, count }];
    });
}

/** How many messages went in one of the pairs, optionally of one method. */
export function countExchanges(
  exchanges: readonly MethodCount[],
  pairs: readonly { readonly sender: Role; readonly from: Side; readonly to: Side }[],
  method?: string,
): number {
  return exchanges
    .filter(
      (exchange) =>
        (method === undefined || exchange.method === method) &&
        pairs.some(
          ({ sender, from, to }) =>
            exchange.sender === sender && exchange.from === from && exchange.to === to,
        ),
    )
    .reduce((sum, { count }) => sum + count, 0);
}

/** Which of the calls that a user can cause went between old and new, and which did not. */
export function readCrossing(
  events: readonly RunEvent[],
  exchanges: readonly MethodCount[],
): Crossing | null {
  const wanted = events.filter((event) => event.type === 'crossing-wanted');
  if (wanted.length === 0) return null;
  const due = [...dueIn(wanted)];
  const unmet = due.filter(
    ({ operation, from, to }) =>
      countExchanges(
        exchanges.filter((exchange) => exchange.operation === operation),
        [{ sender: 'api', from, to }],
      ) === 0,
  );
  return { wanted: due.length, met: due.length - unmet.length, unmet };
}

/** Each call in each direction once, however often the mixed state was held. */
function dueIn(wanted: readonly EventOf<'crossing-wanted'>[]): Iterable<Crossing['unmet'][number]> {
  const all = wanted.flatMap(({ meetings, operations }) =>
    meetings
      .filter(({ sender }) => sender === 'api')
      .flatMap(({ from, to }) => operations.map((operation) => ({ operation, from, to }))),
  );
  return new Map(all.map((one) => [`${one.operation} ${one.from} ${one.to}`, one])).values();
}
