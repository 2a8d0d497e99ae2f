import { systemClock } from '../../../load/clock.ts';
import { RenewedTokens } from '../../../load/http/credentials.ts';
import type { CloudAccess, EarlierOperation, EarlierEnd } from '../../cloud.ts';
import { HeatApi } from '../api/api.ts';
import { LIFECYCLE_KINDS } from '../api/kinds.ts';
import type { StackAction } from '../api/turns.ts';
import { endOfStack } from '../workload/lifecycle/ends.ts';
import { connectTo } from './heat-api.ts';

const PAUSE_MS = 1000;

/**
 * Follows operations of an earlier watch, until each has ended or the signal is given. If a stack
 * is gone from the list, that ends only a deletion: for other actions it is unknown who deleted it.
 */
export async function followUp(
  cloud: CloudAccess,
  operations: readonly EarlierOperation[],
  { onEnd, signal }: { readonly onEnd: (end: EarlierEnd) => void; readonly signal: AbortSignal },
): Promise<void> {
  const credentials = new RenewedTokens(new Map([[cloud.token.id, cloud.renew]]));
  await using client = connectTo(cloud, credentials);
  const api = new HeatApi(client, cloud.token);
  let open = operations.flatMap((one) =>
    isAction(one.action) ? [{ ...one, action: one.action }] : [],
  );
  while (open.length > 0 && !signal.aborted) {
    const { value: stacks } = await api.list();
    if (stacks !== undefined) {
      const byName = new Map(stacks.map((stack) => [stack.name, stack]));
      open = open.filter(({ operation, action, object }) => {
        const end = endOfStack(action, byName.get(object));
        if (end !== undefined) onEnd({ operation, ...end });
        return end === undefined;
      });
    }
    await systemClock.sleepUntil(systemClock.now() + PAUSE_MS, signal);
  }
}

function isAction(action: string): action is StackAction {
  return LIFECYCLE_KINDS.some(({ turns }) => turns.some((turn) => turn.action === action));
}
