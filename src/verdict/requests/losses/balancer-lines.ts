import type { EventOf, RunEvent } from '../../../events/event.ts';

/** The load balancer's log lines, by the request's id. */
export type BalancerLog = ReadonlyMap<string, EventOf<'balancer-logged'>>;

/** If a request was logged more than once (sent again by its client), the last line counts. */
export function readBalancerLines(events: readonly RunEvent[]): BalancerLog {
  return new Map(
    events
      .filter((event) => event.type === 'balancer-logged')
      .filter(({ id }) => id !== '')
      .sort((a, b) => a.at - b.at)
      .map((line) => [line.id, line]),
  );
}
