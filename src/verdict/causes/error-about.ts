import type { LogFinding } from '../../events/event.ts';
import type { LedgerObject, Operation } from '../history/ledger.ts';
import type { Reading } from '../reading/reading.ts';

/** An error and the halt that it explains may be this far apart. */
const HALT_WINDOW_MS = 15_000;
/**
 * An engine writes the log line of an error and the database row about it at almost the same time.
 * The line can come a little later.
 */
const FAILURE_WINDOW_MS = 2000;

/**
 * The error that an engine logged about an object: with the id of a request on it, with its name, or with its
 * identity.
 * It is the last one before the object halted. If there is none, it is the first one with the
 * request of the operation that did not end: on a slow machine, work waits for minutes in a queue.
 */
export function errorAbout(
  { name, identity, operations }: LedgerObject,
  haltedAt: number,
  reading: Pick<Reading, 'events' | 'services'>,
): LogFinding | undefined {
  const errors = engineErrors(reading);
  const until = haltedAt + HALT_WINDOW_MS;
  const stuck = operations.find(({ outcome }) => outcome === 'stuck');
  return (
    errorsAbout({ name, identity, operations, until }, errors).at(-1) ??
    errors.find(
      ({ at, request }) =>
        request !== undefined &&
        request === stuck?.request &&
        at > until &&
        at <= (stuck.settled?.at ?? Infinity),
    )
  );
}

/**
 * The errors that engines logged about a failed operation, in order of time. The first started the
 * failure, the others followed.
 *
 * @param errors See `engineErrors`.
 */
export function errorsOfFailure(
  { name, identity }: Pick<LedgerObject, 'name' | 'identity'>,
  operation: Operation,
  errors: readonly LogFinding[],
): readonly LogFinding[] {
  const failedAt = operation.settled?.at ?? Infinity;
  return errorsAbout(
    { name, identity, operations: [operation], until: failedAt + FAILURE_WINDOW_MS },
    errors,
  );
}

/** The errors in the logs of engines, in order of time. */
export function engineErrors({
  events,
  services,
}: Pick<Reading, 'events' | 'services'>): readonly LogFinding[] {
  return events
    .filter((event) => event.type === 'log-finding')
    .filter((event) => event.severity === 'error' && services.of(event)?.role === 'engine');
}

function errorsAbout(
  {
    name,
    identity,
    operations,
    until,
  }: Pick<LedgerObject, 'name' | 'identity' | 'operations'> & { readonly until: number },
  errors: readonly LogFinding[],
): readonly LogFinding[] {
  const requests = new Set(operations.map(({ request }) => request));
  const from = Math.min(...operations.map(({ sentAt }) => sentAt));
  return errors.filter(
    ({ at, request, sample }) =>
      at >= from &&
      at <= until &&
      ((request !== undefined && requests.has(request)) ||
        namesObject(sample, name) ||
        (identity !== undefined && namesObject(sample, identity))),
  );
}

/** Not part of another object's name, e.g. `rollgate-1-2` in `rollgate-1-21`. */
function namesObject(text: string, name: string): boolean {
  const from = text.indexOf(name);
  return from >= 0 && !/[\w.-]/.test(text[from + name.length] ?? ' ');
}
