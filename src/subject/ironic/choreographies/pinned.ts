import { swapDrained } from '../../../plan/choreographies/parts/drained.ts';
import type { Choreography, Draft, DraftStage, Roll } from '../../../plan/draft.ts';
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
  pinsToBase: true,
  stages: (roll) => statesOf(roll, (target, to) => [{ kind: 'swap', target, ...to }], swapDrained),
};

/**
 * The guide has each service restarted without the pin. The option is marked as mutable
 * (ironic/conf/default.py), and SIGHUP reloads the configuration (release note
 * sighup-service-reloads-configs). Here that signal takes the pin away.
 */
export const pinnedReload: Choreography = {
  name: 'pinned-reload',
  summary: 'as pinned, but SIGHUP takes the pin away in place of a restart',
  pinsToBase: true,
  stages: (roll) => statesOf(roll, reload, reload),
};

interface SideAndVhost {
  readonly side: Side;
  readonly vhost: string;
}
/** The steps that take a service into a state. */
type StateChange = (target: ServiceInstance, to: SideAndVhost) => readonly Draft[];

function reload(target: ServiceInstance, { vhost }: SideAndVhost): readonly Draft[] {
  return [{ kind: 'reload', target, vhost }];
}

/** The guide's states; `unpinConductor` and `unpinApi` take the pin away from a service. */
function statesOf(
  { apis, engines, baseVhost, mixedSeconds, series }: Roll,
  unpinConductor: StateChange,
  unpinApi: StateChange,
): readonly DraftStage[] {
  const to: SideAndVhost = { side: 'target', vhost: baseVhost };
  const mixed: Draft = { kind: 'hold', seconds: mixedSeconds, crossingSeconds: CROSSING_SECONDS };
  const held: Draft = { kind: 'hold', seconds: mixedSeconds };
  /** The first of them, a hold, and the others, each in the state that it brings about. */
  const inStates = (
    [some, all]: readonly [string, string],
    services: readonly ServiceInstance[],
    deed: StateChange,
    hold: Draft,
  ): readonly DraftStage[] => [
    {
      name: some,
      steps: [...services.slice(0, 1).flatMap((target) => deed(target, to)), hold],
    },
    { name: all, steps: services.slice(1).flatMap((target) => deed(target, to)) },
  ];
  return [
    { name: 'state 0: new schema', steps: [{ kind: 'db-sync', side: 'target' }, held] },
    { name: 'pin', steps: [{ kind: 'pin', release: series.base }] },
    ...inStates(
      ['state 1.1: some conductors pinned', 'state 1.2: all conductors pinned'],
      engines,
      (target) => [{ kind: 'swap', target, ...to }],
      mixed,
    ),
    ...inStates(
      ['state 2.1: some APIs pinned', 'state 2.2: all APIs pinned'],
      apis,
      swapDrained,
      mixed,
    ),
    { name: 'unpin', steps: [{ kind: 'unpin' }] },
    ...inStates(
      ['state 3.1: some conductors unpinned', 'state 3.2: all conductors unpinned'],
      engines,
      unpinConductor,
      held,
    ),
    ...inStates(
      ['state 3.3: some APIs unpinned', 'state 3.4: all APIs unpinned'],
      apis,
      unpinApi,
      held,
    ),
    migrateData,
  ];
}

/** Time for nodes to live their whole life while old and new run side by side. */
const CROSSING_SECONDS = 40;
