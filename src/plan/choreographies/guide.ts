import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import type { Choreography, Draft, DraftStage, Roll } from '../draft.ts';
import { mixedStage } from './parts/mixed.ts';

/**
 * How an operator checks the old vhost's queues before the last engine is stopped. The guide says
 * to make sure that no message is left. It does not say how long to wait, nor what to do if the
 * queues never become quiet. An operator checks a few times, and goes on half a minute later.
 * Choosing `fail` here would make the guide safer than it is.
 */
const LOOK = {
  kind: 'quiesce',
  of: 'queues',
  samples: 3,
  limitSeconds: 30,
  otherwise: 'continue',
} as const;

/**
 * The stages of the guide's rolling upgrade.
 * @param beforeApis Steps after the first engines and before the first api.
 */
export function guideStages(
  { apis, engines, baseVhost, nextVhost, mixedSeconds }: Roll,
  beforeApis: readonly DraftStage[],
): readonly DraftStage[] {
  const swap = (target: ServiceInstance): Draft => ({
    kind: 'swap',
    target,
    side: 'target',
    vhost: nextVhost,
  });
  return [
    { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
    { name: 'vhost', steps: [{ kind: 'create-vhost', vhost: nextVhost }] },
    { name: 'engines', steps: engines.slice(0, -1).map(swap) },
    ...beforeApis,
    { name: 'first api', steps: apis.slice(0, 1).map(swap) },
    mixedStage(mixedSeconds),
    { name: 'other apis', steps: apis.slice(1).map(swap) },
    {
      name: 'last engine',
      steps: [{ ...LOOK, vhost: baseVhost }, ...engines.slice(-1).map(swap)],
    },
  ];
}

/**
 * The rolling upgrade of Heat's upgrades guide (heat,
 * doc/source/operating_guides/upgrades_guide.rst, "Rolling Upgrades"). The schema is migrated with
 * the new code, and a new broker vhost is created. Engines follow one by one. Every API is swapped
 * before the last engine, and the queues are checked just before that engine. With a single engine
 * nothing serves the new vhost until the very end.
 */
export const guide: Choreography = {
  name: 'guide',
  summary: "upstream's rolling upgrade: new broker vhost, every API before the last engine",
  stages: (roll) => guideStages(roll, []),
};
