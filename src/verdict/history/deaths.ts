import type { EventOf, RunEvent } from '../../events/event.ts';
import type { Services } from './versions.ts';

/** Signatures of lines that say that a process of a service ended by itself: its work went with it. */
export const PROCESS_ENDED: readonly string[] = ['child-died', 'child-killed'];

/**
 * The log lines that say that a process of an engine ended by itself, in order of time. One that
 * ended while its service was being stopped counts with the stop.
 */
export function readDeaths(
  events: readonly RunEvent[],
  services: Services,
): readonly EventOf<'log-finding'>[] {
  return events
    .filter((event) => event.type === 'log-finding')
    .filter(({ at, node, service, signature }) => {
      if (!PROCESS_ENDED.includes(signature)) return false;
      const life = services.at(`${node}/${service}`, at);
      return life?.role !== 'api' && (life?.stoppingAt ?? Infinity) > at;
    });
}
