import type { Action } from '../../plan/step.ts';
import type { RunContext } from '../context.ts';
import { readAnew } from './reload.ts';
import { runningRelease } from './service-actions.ts';

/**
 * Has a running API take another vhost: see `readAnew`. The container's label goes on naming the
 * vhost before.
 */
export async function moveApi(
  { target, vhost }: Extract<Action, { kind: 'move-api' }>,
  context: RunContext,
): Promise<void> {
  const { lab, plan, signal, emit, now } = context;
  const { release, side } = await runningRelease(context, target);
  await readAnew(context, target, { vhost, side });
  await lab.awaitServing(target, release, {
    vhost,
    startedAt: 0,
    limitSeconds: plan.serveSeconds,
    signal,
  });
  emit({ type: 'service-moved', at: now(), node: target.node, service: target.service, vhost });
}
