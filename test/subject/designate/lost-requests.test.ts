import test from 'ava';
import { LIFECYCLE_KINDS, type ZoneKind } from '../../../src/subject/designate/workload/kinds.ts';
import { StartedLifecycle } from './started-lifecycle.ts';

const GONE = { status: 404, body: { code: 404, type: 'zone_not_found' } };

/**
 * A lifecycle of which one request is not carried out.
 *
 * @param index Which one: 0 for the first.
 * @returns Undefined if it makes fewer requests.
 */
async function withoutRequest(
  kind: ZoneKind,
  index: number,
): Promise<{ readonly operation: string; readonly broken: readonly string[] } | undefined> {
  const operations: string[] = [];
  let isGone = false;
  const zone = new StartedLifecycle(kind, ({ operation }) => {
    operations.push(operation);
    if (operations.length === index + 1) return { status: 503 };
    return isGone && operation === 'zone-show' ? GONE : undefined;
  });
  zone.swapsDone();
  await zone.quiet();
  for (let turns = 0; turns < 12 && !zone.over; turns += 1) {
    isGone = zone.lifecycle.pending?.action === 'delete';
    await (isGone ? zone.missed() : zone.seen('ACTIVE'));
  }
  const operation = operations[index];
  const broken = zone.events.flatMap((event) =>
    event.type === 'integrity-checked' && !event.ok ? [`${event.check}: ${event.detail}`] : [],
  );
  return operation === undefined ? undefined : { operation, broken };
}

for (const kind of LIFECYCLE_KINDS) {
  test(`designate, ${kind.name}: a request that is refused breaks no check of what the others show`, async (t) => {
    let index = 0;
    for (;;) {
      const lost = await withoutRequest(kind, index);
      if (lost === undefined) break;
      t.deepEqual(lost.broken, [], `request ${index + 1}, ${lost.operation}`);
      index += 1;
    }
    t.true(index > 2);
  });
}
