import type { EventOf } from '../../../events/event.ts';
import type { LedgerObject } from '../../history/ledger.ts';
import type { Reading } from '../../reading/reading.ts';

/** Work may wait this long, or be tried again, before a stack comes to its halt. */
const WINDOW_MS = 15_000;

/**
 * The error that an engine logged about a stack: with the id of a request on it, or with its name.
 * The last one until the stack came to a halt.
 */
export function errorAbout(
  { name, operations }: LedgerObject,
  haltedAt: number,
  { events, services }: Pick<Reading, 'events' | 'services'>,
): EventOf<'log-finding'> | undefined {
  const requests = new Set(operations.map(({ request }) => request));
  const from = Math.min(...operations.map(({ sentAt }) => sentAt));
  return events
    .filter((event) => event.type === 'log-finding')
    .filter(
      ({ severity, at, node, service }) =>
        severity === 'error' &&
        at >= from &&
        at <= haltedAt + WINDOW_MS &&
        services.at(`${node}/${service}`, at)?.role === 'engine',
    )
    .findLast(
      ({ request, sample }) =>
        (request !== undefined && requests.has(request)) || namesStack(sample, name),
    );
}

/** Not the name of another stack that begins alike, e.g. `rollgate-1-2` in `rollgate-1-21`. */
function namesStack(text: string, name: string): boolean {
  const from = text.indexOf(name);
  return from >= 0 && !/[\w.-]/.test(text[from + name.length] ?? ' ');
}
