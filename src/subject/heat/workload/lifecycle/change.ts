import type { HttpResult } from '../../../../load/http/request.ts';
import type { ParsedAnswer } from '../../../json-body.ts';
import type { StackIdentity, StackStatus } from '../../api/answers.ts';
import type { HeatApi } from '../../api/api.ts';
import { MARKED, parametersFor, type Blueprint } from '../../api/template.ts';
import type { StackAction } from '../../api/turns.ts';

export interface ChangeOf {
  readonly stack: StackIdentity;
  readonly blueprint: Blueprint;
  /** The next value for the stack's parameters. */
  readonly nextValue: () => string;
  /** Id of the snapshot to delete, or to return to. */
  readonly snapshot: string;
  /** The stack may still be busy with the previous action: then 409 is an expected answer. */
  readonly mayBeBusy: boolean;
}

/** Sends the request of an action on an existing stack. */
export function sendChange(
  api: HeatApi,
  action: Exclude<StackAction, 'create' | 'adopt'>,
  { stack, blueprint, nextValue, snapshot, mayBeBusy }: ChangeOf,
): Promise<ParsedAnswer<unknown>> {
  switch (action) {
    case 'update': {
      const parameters = parametersFor(nextValue());
      const own = blueprint.custom?.update;
      return own === undefined
        ? api.update(stack, parameters)
        : api.update(stack, own.parameters, own);
    }
    case 'failing-update':
      return api.update(stack, { ...parametersFor(nextValue()), fail: 'true' });
    case 'replace':
      return api.replace(
        stack,
        blueprint.template,
        parametersFor(nextValue(), 'replace'),
        blueprint,
      );
    case 'reshape':
    case 'redefine': {
      const shape = blueprint.shapes?.[action];
      if (shape === undefined) throw new Error(`${stack.name} has no shape: a bug`);
      return api.reshape(stack, action, parametersFor(nextValue()), shape);
    }
    case 'check':
    case 'suspend':
    case 'resume':
      return api.act(stack, action, mayBeBusy);
    case 'snapshot':
      return api.snapshot(stack, `${stack.name}-snapshot`, mayBeBusy);
    case 'delete-snapshot':
      return api.deleteSnapshot(stack, snapshot);
    case 'restore':
      return api.restore(stack, snapshot, mayBeBusy);
    case 'mark-unhealthy':
      return api.mark(stack, MARKED, { unhealthy: true, mayBeBusy });
    case 'mark-healthy':
      return api.mark(stack, MARKED, { unhealthy: false, mayBeBusy });
    case 'cancel':
      return api.cancelUpdate(stack, 'back');
    case 'stop':
      return api.cancelUpdate(stack, 'as-it-is');
    case 'abandon':
      return api.abandon(stack);
    case 'delete':
      return api.delete(stack);
    default:
      return action satisfies never;
  }
}

/** Heat's answer to the cancellation of an update that is not under way (`NotSupported`). */
const NOT_SUPPORTED = 400;

/**
 * The stack, if a cancellation was refused because the update was complete when it arrived, as on a
 * slow machine. `undefined` in all other cases.
 */
export async function missedUpdate(
  { api, record }: { readonly api: HeatApi; readonly record: (result: HttpResult) => void },
  stack: StackIdentity,
  action: StackAction,
  { status }: Pick<HttpResult, 'status'>,
): Promise<StackStatus | undefined> {
  if (status !== NOT_SUPPORTED || (action !== 'cancel' && action !== 'stop')) return undefined;
  const { result, value } = await api.show(stack);
  record(result);
  return value?.status === 'UPDATE_COMPLETE' ? value : undefined;
}
