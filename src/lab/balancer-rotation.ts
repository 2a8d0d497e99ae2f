import { waitFor } from '../containers/wait.ts';
import type { Balancer, ServerOfBackend } from '../infra/balancer.ts';
import { instanceName, type ServiceInstance } from '../scenario/topology/topology.ts';
import type { Deployment } from './deployment/deployment.ts';

const EVERY_MS = 250;

/**
 * Takes an api out of the load balancer's rotation and waits until it has no sessions. A reload of
 * HAProxy puts it back into rotation, so it is taken out again.
 *
 * @param options.how `drain`: HAProxy still checks it; `maintenance`: HAProxy does not.
 * @throws RollgateError `not-drained` after the limit.
 */
export async function takeOut(
  { balancer }: { readonly balancer: Pick<Balancer, 'servers' | 'setState'> },
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
  const leave = (): Promise<void> =>
    balancer.setState(serverOf(target), how === 'drain' ? 'drain' : 'maint', signal);
  await leave();
  await waitFor(
    {
      what: `${name} to have no sessions`,
      limitSeconds,
      everyMs: EVERY_MS,
      code: 'not-drained',
      signal,
    },
    async () => {
      const { sessions, status } = (await balancer.servers(signal)).get(name) ?? {};
      if (status?.startsWith('UP') === true) {
        await leave();
        return { notYet: 'it is in rotation' };
      }
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
