import { RollgateError } from '../../errors.ts';
import { waitFor } from '../../containers/wait.ts';
import type { ServerOfBackend } from '../../infra/haproxy.ts';
import { instanceName, type ServiceInstance } from '../../scenario/topology/topology.ts';
import type { Action, Step } from '../../plan/plan.ts';
import type { RunContext } from '../context.ts';
import { runningRelease } from './service-actions.ts';

const EVERY_MS = 250;

type Drain = Extract<Step, { kind: 'drain' }>;

/**
 * Takes an api out of the load balancer's rotation and waits until it has no sessions.
 * @throws RollgateError `not-drained` after the step's limit, unless it says to go on.
 */
export async function drainApi(step: Drain, context: RunContext): Promise<void> {
  const { lab, emit, now, signal } = context;
  const { target, how, limitSeconds, otherwise } = step;
  const name = instanceName(target);
  await lab.balancer.setState(serverOf(target), how === 'drain' ? 'drain' : 'maint', signal);
  try {
    await waitFor(
      {
        what: `${name} to have no sessions`,
        limitSeconds,
        everyMs: EVERY_MS,
        code: 'not-drained',
        signal,
      },
      async () => {
        const sessions = (await lab.balancer.servers(signal)).get(name)?.sessions;
        return sessions === 0 ? { value: true } : { notYet: `${sessions ?? 'unknown'} sessions` };
      },
    );
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
  await lab.balancer.setState(serverOf(target), 'ready', signal);
  const { release, vhost } = await runningRelease(context, target);
  const limit = { limitSeconds: plan.serveSeconds, signal };
  await lab.awaitServing(target, release, { vhost, startedAt: 0, ...limit });
  const name = instanceName(target);
  await waitFor({ what: `HAProxy to send requests to ${name}`, ...limit }, async () => {
    const status = (await lab.balancer.servers(signal)).get(name)?.status ?? 'unknown';
    return status.startsWith('UP') ? { value: true } : { notYet: status };
  });
}

function serverOf({ kind, node, service }: ServiceInstance): ServerOfBackend {
  return { backend: kind, node, service };
}
