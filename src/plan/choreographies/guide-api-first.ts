import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import type { Choreography, Draft } from '../draft.ts';
import { guideStages } from './guide.ts';

/**
 * The second way of Heat's upgrades guide (heat, doc/source/operating_guides/upgrades_guide.rst,
 * "Rolling Upgrades", note to step 6). "Switch heat-api service to use new vhost first (but
 * remember not to shut down heat-api) and upgrade it". Between the two, old apis call new engines.
 */
export const guideApiFirst: Choreography = {
  name: 'guide-api-first',
  summary: 'the guide’s second way: running APIs move to the new vhost first, then are upgraded',
  stages: (roll) => {
    const move = (target: ServiceInstance): Draft => ({
      kind: 'move-api',
      target,
      vhost: roll.nextVhost,
    });
    return guideStages(roll, [{ name: 'apis move', steps: roll.apis.map(move) }]);
  },
};
