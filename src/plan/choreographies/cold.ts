import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import { together, type Choreography, type Draft } from '../draft.ts';

/**
 * The cold upgrade of upstream's guide: all services are down while the schema is migrated. APIs
 * stop first and start last, so that no request is accepted while there is no engine to take it.
 */
export const cold: Choreography = {
  name: 'cold',
  summary: 'everything stopped, the schema moved, everything started',
  outage: true,
  stages: ({ apis, engines, baseVhost }) => {
    const stop = (target: ServiceInstance): Draft => ({ kind: 'stop', target });
    const start = (target: ServiceInstance): Draft => ({
      kind: 'start',
      target,
      side: 'target',
      vhost: baseVhost,
    });
    return [
      { name: 'stop', steps: [...together(apis.map(stop)), ...together(engines.map(stop))] },
      { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
      { name: 'start', steps: [...together(engines.map(start)), ...together(apis.map(start))] },
    ];
  },
};
