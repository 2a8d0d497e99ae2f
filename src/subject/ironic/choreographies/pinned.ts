import { swapDrained } from '../../../plan/choreographies/parts/drained.ts';
import type { Choreography, Draft, DraftStage } from '../../../plan/draft.ts';
import type { Side } from '../../../release/release.ts';
import type { ServiceInstance } from '../../../scenario/topology/topology.ts';
import { migrateData } from './migrate-data.ts';

/**
 * The rolling upgrade of Ironic's upgrade guide (ironic, doc/source/admin/upgrade-guide.rst,
 * "Rolling upgrades"). Its stages are the states of the developers' guide (doc/source/contributor/
 * rolling-upgrades.rst, "Rolling upgrade process"), so that a loss names its state. APIs are out of
 * the load balancer while they are swapped, as the guide recommends.
 */
export const pinned: Choreography = {
  name: 'pinned',
  summary:
    "upstream's rolling upgrade: conductors, then APIs, pinned to the base; then without the pin",
  stages: ({ apis, engines, baseVhost, mixedSeconds, series }) => {
    const to = { side: 'target' as Side, vhost: baseVhost };
    const conductor = (target: ServiceInstance): readonly Draft[] => [
      { kind: 'swap', target, ...to },
    ];
    const api = (target: ServiceInstance): readonly Draft[] => swapDrained(target, to);
    /** The first of them, a hold, and the others, each in the state that it leads to. */
    const inStates = (
      [some, all]: readonly [string, string],
      services: readonly ServiceInstance[],
      swap: (target: ServiceInstance) => readonly Draft[],
      hold: Draft,
    ): readonly DraftStage[] => [
      { name: some, steps: [...services.slice(0, 1).flatMap(swap), hold] },
      { name: all, steps: services.slice(1).flatMap(swap) },
    ];
    const mixed: Draft = { kind: 'hold', seconds: mixedSeconds, crossingSeconds: CROSSING_SECONDS };
    const held: Draft = { kind: 'hold', seconds: mixedSeconds };
    return [
      {
        name: 'state 0: new schema',
        steps: [{ kind: 'db-sync', side: 'target' }, held],
      },
      { name: 'pin', steps: [{ kind: 'pin', release: series.base }] },
      ...inStates(
        ['state 1.1: some conductors pinned', 'state 1.2: all conductors pinned'],
        engines,
        conductor,
        mixed,
      ),
      ...inStates(['state 2.1: some APIs pinned', 'state 2.2: all APIs pinned'], apis, api, mixed),
      { name: 'unpin', steps: [{ kind: 'unpin' }] },
      ...inStates(
        ['state 3.1: some conductors unpinned', 'state 3.2: all conductors unpinned'],
        engines,
        conductor,
        held,
      ),
      ...inStates(
        ['state 3.3: some APIs unpinned', 'state 3.4: all APIs unpinned'],
        apis,
        api,
        held,
      ),
      migrateData,
    ];
  },
};

/** Time for nodes to go through their whole life while old and new run side by side. */
const CROSSING_SECONDS = 40;
