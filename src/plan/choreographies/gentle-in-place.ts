import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import type { Choreography, Draft } from '../draft.ts';
import { mixedEngines, mixedStage } from './parts/mixed.ts';
import { swapDrained } from './parts/drained.ts';
import { GENTLE_STOP } from './parts/gentle-stop.ts';

/**
 * rollgate's own, for releases that speak the same RPC: on one vhost and with no engine more than
 * before. An engine that stops leaves what it has not begun with the broker, which takes two
 * options that the base has to run with already: with `use_queue_manager` the connection is closed
 * without a call that would acknowledge the backlog (oslo.messaging, _drivers/impl_rabbit.py,
 * `Connection.close`), and with a prefetch of 1 there is next to none.
 */
export const gentleInPlace: Choreography = {
  name: 'gentle-in-place',
  summary: 'engines one by one on one vhost, none drops what it has not begun; drained apis',
  config: ({ lockPath }) => ({
    ...GENTLE_STOP,
    oslo_messaging_rabbit: { use_queue_manager: true, rabbit_qos_prefetch_count: 1 },
    // The queue manager counts the queues of a host under a lock of all its processes.
    oslo_concurrency: { lock_path: lockPath },
  }),
  sameRpc:
    'on one vhost, old engines take the new engines’ casts and refuse those of a later version after they have acknowledged them',
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
