import { cold } from '../../../plan/choreographies/cold.ts';
import { together, type Choreography, type Draft } from '../../../plan/draft.ts';
import type { ServiceInstance } from '../../../scenario/topology/topology.ts';
import { apart } from './apart.ts';

/**
 * Like any cold upgrade. The centrals stop last and start first, because the other services call
 * them from their start to their end.
 */
export const offline: Choreography = {
  ...cold,
  summary: 'everything stopped, the schema moved, everything started: centrals last and first',
  stages: ({ apis, engines, baseVhost }) => {
    const { centrals, others } = apart(engines);
    const stop = (target: ServiceInstance): Draft => ({ kind: 'stop', target });
    const start = (target: ServiceInstance): Draft => ({
      kind: 'start',
      target,
      side: 'target',
      vhost: baseVhost,
    });
    return [
      { name: 'stop', steps: [apis, others, centrals].flatMap((some) => together(some.map(stop))) },
      { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
      {
        name: 'start',
        steps: [centrals, others, apis].flatMap((some) => together(some.map(start))),
      },
    ];
  },
};
