import type { RunEvent } from '../../events/event.ts';

/** An infrastructure service that a step of the plan replaced with another version. */
export interface InfrastructureSwap {
  readonly service: string;
  /** Versions; `to` is `null` if the new one never served. */
  readonly from: string;
  readonly to: string | null;
  readonly stoppingAt: number;
  readonly servingAt: number | null;
}

/** Infrastructure services that were swapped, with the time from the stop until they served. */
export function readInfrastructureSwaps(
  events: readonly RunEvent[],
): readonly InfrastructureSwap[] {
  return events.flatMap((event): readonly InfrastructureSwap[] => {
    if (event.type !== 'infrastructure-stopping') return [];
    const { service, version: from, at: stoppingAt } = event;
    const serving = events.find(
      (later) =>
        later.type === 'infrastructure-serving' &&
        later.service === service &&
        later.at >= stoppingAt,
    );
    const { version: to, at: servingAt } =
      serving?.type === 'infrastructure-serving' ? serving : { version: null, at: null };
    return [{ service, from, to, stoppingAt, servingAt }];
  });
}
