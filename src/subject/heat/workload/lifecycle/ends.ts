import type { SettledOutcome } from '../../../../load/ledger.ts';
import type { Snapshot, StackStatus } from '../../api/answers.ts';
import type { DueEnd, StackAction } from '../../api/turns.ts';

/** How an operation ended, with the status that shows it. */
export interface OperationEnd {
  readonly outcome: SettledOutcome;
  readonly status: string;
}

/**
 * How an action ended, from the status of its stack in a list.
 *
 * @param stack `undefined` if the list does not have the stack.
 * @param due The status in which the action must end. Default: that of its completion.
 * @returns `undefined` if the status does not show an end.
 */
export function endOfStack(
  action: StackAction,
  stack: StackStatus | undefined,
  due?: DueEnd,
): OperationEnd | undefined {
  if (stack === undefined) {
    return removes(action) ? { outcome: 'completed', status: 'DELETE_COMPLETE' } : undefined;
  }
  const { status, reason } = stack;
  if (due !== undefined) return endInFailure(action, due, stack);
  if (status.endsWith('_FAILED')) return { outcome: 'failed', status: `${status}: ${reason}` };
  if (action === 'adopt' && status === MADE_ANEW) {
    return { outcome: 'failed', status: `${status} where ${statusName(action)}_COMPLETE was due` };
  }
  return status === completeStatus(action) ? { outcome: 'completed', status } : undefined;
}

/**
 * Heat made the stack anew instead of adopting its resources, as it does with
 * `reauthentication_auth_method = trusts` (heat/engine/service.py, `create_stack`).
 */
const MADE_ANEW = 'CREATE_COMPLETE';

/** A creation or an update that is rolled back shows its own failure first. */
function endInFailure(
  action: StackAction,
  due: DueEnd,
  { status, reason }: StackStatus,
): OperationEnd | undefined {
  if (status === due) return { outcome: 'completed', status };
  const isOver =
    status === `${statusName(action)}_COMPLETE` ||
    status === 'ROLLBACK_FAILED' ||
    status === 'ROLLBACK_COMPLETE';
  return isOver ? otherThanDue(due, { status, reason }) : undefined;
}

/** An action that did not end as it had to. */
export function otherThanDue(
  due: DueEnd,
  { status, reason }: Pick<StackStatus, 'status' | 'reason'>,
): OperationEnd {
  return { outcome: 'failed', status: `${status} where ${due} was due: ${reason}` };
}

/** Whether a failed action has yet to be rolled back. */
export function awaitsRollback(due: DueEnd | undefined, status: string): boolean {
  return due === 'ROLLBACK_COMPLETE' && status !== 'ROLLBACK_FAILED' && status.endsWith('_FAILED');
}

/**
 * How an action on one of a stack's snapshots ended.
 *
 * @param snapshot `undefined` if the stack does not have it.
 * @returns `undefined` if the snapshot does not show an end.
 */
export function endOfSnapshot(
  action: StackAction,
  snapshot: Snapshot | undefined,
): OperationEnd | undefined {
  const status = `snapshot ${snapshot?.status ?? 'gone'}`;
  if (snapshot?.status.endsWith('FAILED') === true) {
    return changesSnapshot(action)
      ? { outcome: 'failed', status: `${status}: ${snapshot.reason}` }
      : undefined;
  }
  const done =
    (action === 'snapshot' && snapshot?.status === 'COMPLETE') ||
    (action === 'delete-snapshot' && snapshot === undefined);
  return done ? { outcome: 'completed', status } : undefined;
}

/** Whether the stack no longer exists after an action. */
export function removes(action: StackAction): boolean {
  return action === 'delete' || action === 'abandon';
}

export function changesSnapshot(action: StackAction): boolean {
  return action === 'snapshot' || action === 'delete-snapshot';
}

/** Whether an action ends with the API's answer, because a stack's status does not show its end. */
export function endsWithAnswer(action: StackAction): boolean {
  return action === 'mark-unhealthy' || action === 'mark-healthy';
}

/** Whether a stack's status belongs to this action, so that an engine has begun it. */
export function shows(action: StackAction, status: string): boolean {
  return changesSnapshot(action) || status.startsWith(`${statusName(action)}_`);
}

/**
 * The status of a stack whose action is complete; a list of stacks does not show snapshots. A stack
 * that is removed has its last status before its row and its name are gone (heat/engine/stack.py,
 * `purge_db`).
 */
function completeStatus(action: StackAction): string | undefined {
  if (changesSnapshot(action) || endsWithAnswer(action) || removes(action)) return undefined;
  return `${statusName(action)}_COMPLETE`;
}

/** Actions whose statuses have another name. */
const STATUS_NAMES: Partial<Record<StackAction, string>> = {
  replace: 'UPDATE',
  reshape: 'UPDATE',
  redefine: 'UPDATE',
  'failing-update': 'UPDATE',
  cancel: 'ROLLBACK',
  stop: 'UPDATE',
  abandon: 'DELETE',
};

function statusName(action: StackAction): string {
  return STATUS_NAMES[action] ?? action.toUpperCase();
}
