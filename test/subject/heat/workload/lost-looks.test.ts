import test from 'ava';
import type { RequestSpec } from '../../../../src/load/http/request.ts';
import {
  CHECK_FAILS,
  EACH_ACTION,
  ENDS,
  ENDS_AT_TARGET,
} from '../../../../src/subject/heat/api/endings.ts';
import { CFN_SIGNAL, LIFECYCLE_KINDS } from '../../../../src/subject/heat/api/kinds.ts';
import type { LifecycleKind } from '../../../../src/subject/heat/api/turns.ts';
import { breakNothing, type LostRequest } from '../../lost-request.ts';
import { StartedLifecycle } from './started-lifecycle.ts';

/** What may become of a request: it is not carried out, or its answer is lost. */
const LOSSES = {
  refused: (started: StartedLifecycle, isIt: (request: RequestSpec) => boolean) => {
    started.heat.instead = (request) => (isIt(request) ? { status: 503 } : undefined);
  },
  unanswered: (started: StartedLifecycle, isIt: (request: RequestSpec) => boolean) => {
    started.heat.lost = isIt;
  },
} as const;

/**
 * A lifecycle of which one request is lost.
 *
 * @param index Which one: 0 for the first.
 * @returns Undefined if it makes fewer requests.
 */
async function withoutRequest(
  kind: LifecycleKind,
  index: number,
  loss: keyof typeof LOSSES,
): Promise<LostRequest | undefined> {
  const started = new StartedLifecycle(kind);
  const due = kind.turns[0]?.due;
  if (due !== undefined) started.heat.createsAs = due;
  const operations: string[] = [];
  LOSSES[loss](started, ({ operation }) => operations.push(operation) === index + 1);
  await started.toTheEnd();
  const operation = operations[index];
  return operation === undefined ? undefined : { operation, broken: started.broken };
}

const kinds = new Map(
  [...LIFECYCLE_KINDS, CFN_SIGNAL, ...ENDS, ...EACH_ACTION, ...ENDS_AT_TARGET, CHECK_FAILS].map(
    (kind) => [kind.name, kind],
  ),
);

for (const [name, kind] of kinds) {
  for (const loss of ['refused', 'unanswered'] as const) {
    test(`${name}: a request that is ${loss} breaks no check of what the others show`, async (t) => {
      t.true((await breakNothing(t, (index) => withoutRequest(kind, index, loss))) > 0);
    });
  }
}
