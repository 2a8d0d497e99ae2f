import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import type { Choreography, Draft } from '../draft.ts';
import { mixedStage } from './parts/mixed.ts';
import { LOOK } from './guide.ts';

/**
 * The second way of Heat's upgrades guide (heat, doc/source/operating_guides/upgrades_guide.rst,
 * "Rolling Upgrades", note to step 6): "switch heat-api service to use new vhost first (but
 * remember not to shut down heat-api) and upgrade it". Between the two, old apis call new engines.
 */
export const guideApiFirst: Choreography = {
  name: 'guide-api-first',
  summary: 'the guide’s second way: running APIs move to the new vhost first, then are upgraded',
  stages: ({ apis, engines, baseVhost, nextVhost, mixedSeconds }) => {
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
      {
        name: 'apis move',
        steps: apis.map((target): Draft => ({ kind: 'move-api', target, vhost: nextVhost })),
      },
      { name: 'first api', steps: apis.slice(0, 1).map(swap) },
      mixedStage(mixedSeconds),
      { name: 'other apis', steps: apis.slice(1).map(swap) },
      {
        name: 'last engine',
        steps: [{ ...LOOK, vhost: baseVhost }, ...engines.slice(-1).map(swap)],
      },
    ];
  },
};
