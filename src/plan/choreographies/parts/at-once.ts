import type { ServiceInstance } from '../../../scenario/topology/topology.ts';
import { together, type Draft, type DraftStage } from '../../draft.ts';

/** Services recreated at the target side by side, where they are. */
export function recreated(targets: readonly ServiceInstance[], vhost: string): readonly Draft[] {
  return together(
    targets.map((target): Draft => ({ kind: 'swap', target, side: 'target', vhost })),
  );
}

/**
 * Everything stopped, the schema migrated, everything started.
 *
 * @param groups In the order in which they stop; they start the other way round.
 */
export function stoppedAndStarted(
  groups: readonly (readonly ServiceInstance[])[],
  vhost: string,
): readonly DraftStage[] {
  const stop = (target: ServiceInstance): Draft => ({ kind: 'stop', target });
  const start = (target: ServiceInstance): Draft => ({
    kind: 'start',
    target,
    side: 'target',
    vhost,
  });
  return [
    { name: 'stop', steps: groups.flatMap((group) => together(group.map(stop))) },
    { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
    { name: 'start', steps: groups.toReversed().flatMap((group) => together(group.map(start))) },
  ];
}
