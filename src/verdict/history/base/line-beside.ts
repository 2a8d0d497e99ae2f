import type { EventOf, RunEvent } from '../../../events/event.ts';
import type { Group } from '../group.ts';

/** How long before or after an answer its server may log the reason. */
const BESIDE_MS = 1_000;

/** The first line above the level INFO, from the request itself or from its server at that time. */
export function lineBeside(
  events: readonly RunEvent[],
  requests: Group<EventOf<'request'>>,
): string | null {
  const findings = events.filter(
    (event) => event.type === 'log-finding' && event.severity !== 'harmless',
  );
  for (const { id, server, sentAt, at } of requests) {
    const found = findings.find(
      (event) =>
        event.type === 'log-finding' &&
        (event.request === id ||
          (`${event.node}/${event.service}` === server &&
            event.at >= sentAt - BESIDE_MS &&
            event.at <= at + BESIDE_MS)),
    );
    if (found?.type === 'log-finding') return found.sample.split('\n')[0] ?? found.title;
  }
  return null;
}
