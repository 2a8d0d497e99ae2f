import type { ExecutionContext } from 'ava';
import type { RunEvent } from '../../src/events/event.ts';
import type { Script } from './scripted-client.ts';

/** A lifecycle of one object, against a scripted API. */
interface Started {
  readonly over: boolean;
  readonly events: readonly RunEvent[];
  swapsDone(): void;
  quiet(): Promise<void>;
}

export interface LostRequest {
  readonly operation: string;
  /** The checks that do not hold, with their details. */
  readonly broken: readonly string[];
}

/** More than any lifecycle has. */
const MOST_TURNS = 20;

/**
 * A lifecycle of which one request is not carried out.
 *
 * @param index Which one: 0 for the first.
 * @param options.start Begins the lifecycle; `refuse` answers for the API first.
 * @param options.turn What the object waits for happens.
 * @returns Undefined if it makes fewer requests.
 */
export async function withoutRequest<S extends Started>(
  index: number,
  {
    start,
    turn,
  }: { readonly start: (refuse: Script) => S; readonly turn: (started: S) => Promise<void> },
): Promise<LostRequest | undefined> {
  const operations: string[] = [];
  const started = start(({ operation }) =>
    operations.push(operation) === index + 1 ? { status: 503 } : undefined,
  );
  started.swapsDone();
  await started.quiet();
  for (let turns = 0; turns < MOST_TURNS && !started.over; turns += 1) await turn(started);
  const operation = operations[index];
  const broken = started.events.flatMap((event) =>
    event.type === 'integrity-checked' && !event.ok ? [`${event.check}: ${event.detail}`] : [],
  );
  return operation === undefined ? undefined : { operation, broken };
}

/**
 * Whichever request is lost, what the others show breaks no check.
 *
 * @param lostAt The lifecycle without the request of this index; undefined if it makes fewer.
 * @returns How many requests it makes.
 */
export async function breakNothing(
  t: ExecutionContext,
  lostAt: (index: number) => Promise<LostRequest | undefined>,
): Promise<number> {
  for (let index = 0; ; index += 1) {
    const lost = await lostAt(index);
    if (lost === undefined) return index;
    t.deepEqual(lost.broken, [], `request ${index + 1}, ${lost.operation}`);
  }
}
