import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import { together, type Choreography, type Draft } from '../draft.ts';
import { swapDrained } from './parts/drained.ts';
import { GENTLE_STOP } from './parts/gentle-stop.ts';
import { mixedStage } from './parts/mixed.ts';

/**
 * One check per second. Work between two messages is in no queue and in no row, but it takes much
 * less time than these checks. The limit is the duration of one long resource action.
 */
const QUIET = {
  kind: 'quiesce',
  of: 'queues and held work',
  samples: 12,
  limitSeconds: 600,
  otherwise: 'fail',
} as const;

/**
 * rollgate's own, for releases that do not understand each other. It stops no service that has
 * work. A new engine starts beside every old one, on a new vhost. The apis move there one by one,
 * each while it is drained. The old engines finish their work and their queues, and only then stop.
 */
export const gentle: Choreography = {
  name: 'gentle',
  summary: 'new engines beside the old on a new vhost, drained apis, old engines stopped idle',
  config: GENTLE_STOP,
  stages: ({ apis, engines, baseVhost, nextVhost, mixedSeconds }) => {
    const next = { side: 'target', vhost: nextVhost } as const;
    const stop = (target: ServiceInstance): Draft => ({ kind: 'stop', target });
    const roll = (target: ServiceInstance): readonly Draft[] => swapDrained(target, next);
    return [
      { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
      { name: 'vhost', steps: [{ kind: 'create-vhost', vhost: nextVhost }] },
      {
        name: 'surge',
        steps: together(engines.map((target): Draft => ({ kind: 'surge', target, ...next }))),
      },
      { name: 'first api', steps: apis.slice(0, 1).flatMap(roll) },
      mixedStage(mixedSeconds),
      { name: 'other apis', steps: apis.slice(1).flatMap(roll) },
      {
        name: 'old engines',
        steps: [{ ...QUIET, vhost: baseVhost }, ...together(engines.map(stop))],
      },
    ];
  },
};
