import { waitFor } from '../containers/wait.ts';
import type { ServerOfBackend } from '../infra/balancer.ts';
import { instanceName, type ServiceInstance } from '../scenario/topology/topology.ts';
import type { Deployment } from './deployment/deployment.ts';

const EVERY_MS = 250;

/**
 * Takes an api out of the load balancer's rotation and waits until it has no sessions.
 *
 * @param options.how `drain`: HAProxy still checks it; `maintenance`: HAProxy does not.
 * @throws RollgateError `not-drained` after the limit.
 */
export async function takeOut(
  { balancer }: Pick<Deployment, 'balancer'>,
  target: ServiceInstance,
  {
    how,
    limitSeconds,
    signal,
  }: {
    readonly how: 'drain' | 'maintenance';
    readonly limitSeconds: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const name = instanceName(target);
  await balancer.setState(serverOf(target), how === 'drain' ? 'drain' : 'maint', signal);
  await waitFor(
    {
      what: `${name} to have no sessions`,
      limitSeconds,
      everyMs: EVERY_MS,
      code: 'not-drained',
      signal,
    },
    async () => {
      const sessions = (await balancer.servers(signal)).get(name)?.sessions;
      return sessions === 0 ? { value: true } : { notYet: `${sessions ?? 'unknown'} sessions` };
    },
  );
}

/** Puts an api back into rotation. The load balancer sends it requests when it considers it UP. */
export function putBack(
  { balancer }: Pick<Deployment, 'balancer'>,
  target: ServiceInstance,
  signal: AbortSignal,
): Promise<void> {
  return balancer.setState(serverOf(target), 'ready', signal);
}

/** Waits until the load balancer sends an api requests. */
export async function awaitRotation(
  { balancer }: Pick<Deployment, 'balancer'>,
  target: ServiceInstance,
  limit: { readonly limitSeconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const name = instanceName(target);
  await waitFor({ what: `HAProxy to send requests to ${name}`, ...limit }, async () => {
    const status = (await balancer.servers(limit.signal)).get(name)?.status ?? 'unknown';
    return status.startsWith('UP') ? { value: true } : { notYet: status };
  });
}

function serverOf({ kind, node, service }: ServiceInstance): ServerOfBackend {
  return { backend: kind, node, service };
}
