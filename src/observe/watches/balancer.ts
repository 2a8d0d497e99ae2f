import type { ServerState } from '../../infra/balancer.ts';
import { readInstanceName } from '../../scenario/topology/topology.ts';
import { changes, startWatch, type Watch, type Watching } from './watch.ts';

const INTERVAL_MS = 1000;

export interface BalancerWatchOptions extends Watching {
  /** By `node/service`. */
  readonly servers: (signal: AbortSignal) => Promise<ReadonlyMap<string, ServerState>>;
}

/**
 * Reads the states of the load balancer's servers once a second; emits them when a status changed.
 */
export function watchBalancer(options: BalancerWatchOptions): Watch {
  const changed = changes();
  return startWatch({
    ...options,
    name: 'balancer',
    everyMs: INTERVAL_MS,
    limitMs: 3000,
    look: async (signal) => {
      const servers = [...(await options.servers(signal))].map(([instance, state]) => ({
        ...(readInstanceName(instance) ?? { node: instance, service: '' }),
        ...state,
      }));
      const statuses = servers.map(({ node, service, status }) => [node, service, status]);
      return changed('servers', statuses)
        ? [{ type: 'balancer-sampled', at: options.now(), servers }]
        : [];
    },
  });
}
