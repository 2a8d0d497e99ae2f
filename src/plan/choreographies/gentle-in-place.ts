import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import type { Choreography, Draft } from '../draft.ts';
import { swapDrained } from './parts/drained.ts';
import { backlogStays, ONE_VHOST } from './parts/gentle-stop.ts';
import { mixedEngines, mixedStage } from './parts/mixed.ts';

/**
 * rollgate's own, for releases that speak the same RPC: on one vhost and without an additional
 * engine. Every engine is swapped before the first API, so that no new API ever calls an old
 * engine.
 */
export const gentleInPlace: Choreography = {
  name: 'gentle-in-place',
  summary: 'engines one by one on one vhost, none drops a message; drained apis',
  config: backlogStays,
  sameRpc: ONE_VHOST,
  stages: ({ apis, engines, baseVhost, mixedSeconds }) => {
    const here = { side: 'target', vhost: baseVhost } as const;
    const swap = (target: ServiceInstance): Draft => ({ kind: 'swap', target, ...here });
    const roll = (target: ServiceInstance): readonly Draft[] => swapDrained(target, here);
    return [
      { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
      { name: 'first engine', steps: engines.slice(0, 1).map(swap) },
      ...(engines.length > 1 ? [mixedEngines(mixedSeconds)] : []),
      { name: 'other engines', steps: engines.slice(1).map(swap) },
      { name: 'first api', steps: apis.slice(0, 1).flatMap(roll) },
      mixedStage(mixedSeconds),
      { name: 'other apis', steps: apis.slice(1).flatMap(roll) },
    ];
  },
};
