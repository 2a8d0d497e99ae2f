import type { Action } from '../../plan/step.ts';
import type { RunContext } from '../context.ts';
import { readAnew } from './reload.ts';

/**
 * Has a running API take another vhost: see `readAnew`. The container's label goes on naming the
 * vhost before.
 */
export async function moveApi(
  { target, vhost }: Extract<Action, { kind: 'move-api' }>,
  context: RunContext,
): Promise<void> {
  const { emit, now } = context;
  await readAnew(context, target, vhost);
  emit({ type: 'service-moved', at: now(), node: target.node, service: target.service, vhost });
}
