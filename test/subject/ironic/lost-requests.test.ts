import test from 'ava';
import {
  LIFECYCLE_KINDS,
  POWER,
  TRANSITIONS,
  type NodeAction,
  type NodeKind,
} from '../../../src/subject/ironic/workload/kinds.ts';
import { breakNothing, withoutRequest } from '../lost-request.ts';
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

/** @param index Which request is not carried out. */
function withoutOne(kind: NodeKind, index: number) {
  return withoutRequest(index, {
    start: (refuse) => new StartedLifecycle(kind, refuse),
    turn: (node) => carriedOut(node, node.lifecycle.pending?.action ?? 'create'),
  });
}

for (const kind of LIFECYCLE_KINDS) {
  test(`ironic, ${kind.name}: a request that is refused breaks no check of what the others show`, async (t) => {
    t.true((await breakNothing(t, (index) => withoutOne(kind, index))) > 5);
  });
}
