import test from 'ava';
import { LIFECYCLE_KINDS, type ZoneKind } from '../../../src/subject/designate/workload/kinds.ts';
import { breakNothing, withoutRequest } from '../lost-request.ts';
import { StartedLifecycle } from './started-lifecycle.ts';

const GONE = { status: 404, body: { code: 404, type: 'zone_not_found' } };

/** @param index Which request is not carried out. */
function withoutOne(kind: ZoneKind, index: number) {
  let isGone = false;
  return withoutRequest(index, {
    start: (refuse) =>
      new StartedLifecycle(
        kind,
        (request) =>
          refuse(request) ?? (isGone && request.operation === 'zone-show' ? GONE : undefined),
      ),
    turn: (zone) => {
      isGone = zone.lifecycle.pending?.action === 'delete';
      return isGone ? zone.missed() : zone.seen('ACTIVE');
    },
  });
}

for (const kind of LIFECYCLE_KINDS) {
  test(`designate, ${kind.name}: a request that is refused breaks no check of what the others show`, async (t) => {
    t.true((await breakNothing(t, (index) => withoutOne(kind, index))) > 2);
  });
}
