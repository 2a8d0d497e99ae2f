import { RollgateError } from '../../errors.ts';
import { awaitRotation, putBack, takeOut } from '../../lab/balancer-rotation.ts';
import type { Action, Step } from '../../plan/step.ts';
import type { RunContext } from '../context.ts';
import { runningRelease } from './service-actions.ts';

type Drain = Extract<Step, { kind: 'drain' }>;

/**
 * Takes an api out of the load balancer's rotation and waits until it has no sessions.
 * @throws RollgateError `not-drained` after the step's limit, except if the step is to go on.
 */
export async function drainApi(step: Drain, context: RunContext): Promise<void> {
  const { lab, emit, now, signal } = context;
  const { target, how, limitSeconds, otherwise } = step;
  try {
    await takeOut(lab, target, { how, limitSeconds, signal });
  } catch (error) {
    const late = error instanceof RollgateError && error.code === 'not-drained';
    if (!late || otherwise === 'fail') throw error;
    emit({ type: 'step-note', at: now(), step: step.id, text: `${error.message}; going on` });
  }
}

/** Puts an api back into rotation, and waits until it serves and the load balancer has it UP. */
export async function undrainApi(
  { target }: Extract<Action, { kind: 'undrain' }>,
  context: RunContext,
): Promise<void> {
  const { lab, plan, signal } = context;
  await putBack(lab, target, signal);
  const { release, vhost } = await runningRelease(context, target);
  const limit = { limitSeconds: plan.serveSeconds, signal };
  await lab.awaitServing(target, release, { vhost, startedAt: 0, ...limit });
  await awaitRotation(lab, target, limit);
}
