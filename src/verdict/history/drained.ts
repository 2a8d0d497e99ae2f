import type { RunEvent } from '../../events/event.ts';
import { instanceName } from '../../scenario/topology/topology.ts';

/** Which servers the load balancer sends nothing to, by its own word. */
export interface DrainedServers {
  /** @param name `node/service`. */
  readonly isDrained: (name: string, instant: number) => boolean;
}

/**
 * Reads the load balancer's states (HAProxy, "show servers state"). A drained server that fails its
 * checks shows as DOWN, so such a state changes nothing here.
 */
export function readDrained(events: readonly RunEvent[]): DrainedServers {
  const states = new Map<string, { readonly at: number; readonly drained: boolean }[]>();
  for (const event of events) {
    if (event.type !== 'balancer-sampled') continue;
    for (const { status, ...server } of event.servers) {
      if (status.startsWith('DOWN')) continue;
      const name = instanceName(server);
      const own = states.get(name) ?? [];
      states.set(name, own);
      own.push({ at: event.at, drained: /^(DRAIN|MAINT)/.test(status) });
    }
  }
  return {
    isDrained: (name, instant) =>
      states.get(name)?.findLast(({ at }) => at <= instant)?.drained ?? false,
  };
}
