import test from 'ava';
import {
  LIFECYCLE_KINDS,
  POWER,
  TRANSITIONS,
  type NodeAction,
  type NodeKind,
} from '../../../src/subject/ironic/workload/kinds.ts';
import { StartedLifecycle } from './started-lifecycle.ts';

/** What the API shows, without its other fields, when the conductor has done its part. */
function shownAfter(action: NodeAction): { readonly state: string; readonly power?: string } {
  if (action === 'create' || action === 'delete') return { state: 'enroll' };
  if (action === 'power-off' || action === 'power-on') {
    return { state: 'active', power: POWER[action] };
  }
  return { state: TRANSITIONS[action].reaches };
}

/** The conductor does what the node waits for. */
async function carriedOut(node: StartedLifecycle, action: NodeAction): Promise<void> {
  if (action === 'delete') return node.missed();
  const { state, ...more } = shownAfter(action);
  return node.seen(state, more);
}

/**
 * A lifecycle of which one request is not carried out.
 *
 * @param index Which one: 0 for the first.
 * @returns Undefined if it makes fewer requests.
 */
async function withoutRequest(
  kind: NodeKind,
  index: number,
): Promise<{ readonly operation: string; readonly broken: readonly string[] } | undefined> {
  const operations: string[] = [];
  const node = new StartedLifecycle(kind, ({ operation }) =>
    operations.push(operation) === index + 1 ? { status: 503 } : undefined,
  );
  node.swapsDone();
  await node.quiet();
  for (let turns = 0; turns < 20 && !node.over; turns += 1) {
    await carriedOut(node, node.lifecycle.pending?.action ?? 'create');
  }
  const operation = operations[index];
  const broken = node.events.flatMap((event) =>
    event.type === 'integrity-checked' && !event.ok ? [`${event.check}: ${event.detail}`] : [],
  );
  return operation === undefined ? undefined : { operation, broken };
}

for (const kind of LIFECYCLE_KINDS) {
  test(`ironic, ${kind.name}: a request that is refused breaks no check of what the others show`, async (t) => {
    let index = 0;
    for (;;) {
      const lost = await withoutRequest(kind, index);
      if (lost === undefined) break;
      t.deepEqual(lost.broken, [], `request ${index + 1}, ${lost.operation}`);
      index += 1;
    }
    t.true(index > 5);
  });
}
