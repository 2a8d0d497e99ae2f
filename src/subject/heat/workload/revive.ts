import type { EventOf, EventSink } from '../../../events/event.ts';
import type { StackIdentity, StackStatus } from '../api/answers.ts';
import type { HeatApi } from '../api/api.ts';
import type { StackAction } from '../api/turns.ts';

/** A stack that is stuck in its last action. */
export interface StuckStack extends StackIdentity {
  readonly action: StackAction;
}

export interface ReviveOptions {
  readonly api: Pick<HeatApi, 'list' | 'update' | 'delete'>;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
}

type Ended = EventOf<'revival-ended'>;

const LOOK_MS = 1000;

/**
 * Does what an operator would do. It updates each stack with its own template ("existing"), which
 * starts a new traversal in place of the halted one. A stack that is stuck in a delete is deleted
 * again. Then it follows them until they end or the limit comes.
 */
export async function revive(
  stacks: readonly StuckStack[],
  { api, emit, now, pause }: ReviveOptions,
  limit: AbortSignal,
): Promise<void> {
  const open = new Map<string, Pick<Ended, 'object' | 'by'> & { readonly from: number }>();
  const end = (id: string, outcome: Ended['outcome'], status: string): void => {
    const one = open.get(id);
    if (one === undefined) return;
    const { from, ...common } = one;
    open.delete(id);
    const seconds = (now() - from) / 1000;
    emit({ type: 'revival-ended', at: now(), ...common, outcome, status, seconds });
  };
  for (const stack of stacks) {
    const by = stack.action === 'delete' ? 'delete' : 'update';
    open.set(stack.id, { object: stack.name, by, from: now() });
    const { result, value } = await (by === 'delete' ? api.delete(stack) : api.update(stack, {}));
    if (value !== undefined) continue;
    end(
      stack.id,
      'refused',
      [result.status ?? result.outcome, result.detail || []].flat().join(': '),
    );
  }
  let last: ReadonlyMap<string, StackStatus> = new Map();
  while (open.size > 0 && !limit.aborted) {
    await pause(LOOK_MS);
    const { value } = await api.list();
    if (value === undefined) continue;
    last = new Map(value.map((stack) => [stack.id, stack]));
    for (const [id, { by }] of open) {
      const { status, reason } = last.get(id) ?? GONE;
      if (status.endsWith('_FAILED')) end(id, 'failed', `${status}: ${reason}`);
      else if (status === `${by.toUpperCase()}_COMPLETE`) end(id, 'completed', status);
    }
  }
  for (const id of open.keys()) end(id, 'unfinished', (last.get(id) ?? GONE).status);
}

/** The status of a stack that is not listed. */
const GONE = { status: 'DELETE_COMPLETE', reason: '' };
