import type { LabAccess } from '../../subject.ts';
import type { ObjectWork } from '../../workload/lifecycle-workload.ts';
import type { IronicApi } from '../api/api.ts';
import { readReservations } from '../database/nodes.ts';
import { kindOf, WHOLE_LIFE, type LifecycleKind } from './kinds.ts';
import { NodeLifecycle } from './lifecycle.ts';
import { Settler } from './settle.ts';

/** Nodes that live across the swaps, see `LIFECYCLE_KINDS`. */
export function nodeWork(
  { database }: Pick<LabAccess, 'database'>,
  api: IronicApi,
): ObjectWork<LifecycleKind, NodeLifecycle> {
  return {
    title: 'Ironic',
    objects: 'bare metal nodes',
    wholeLife: WHOLE_LIFE,
    kindOf,
    begin: (context, kind) => new NodeLifecycle({ ...context, kind, api }),
    poll: async (lifecycles, { now, record }) => {
      const askedAt = now();
      const { result, value } = await api.list();
      record(result);
      const byId = new Map((value ?? []).map((node) => [node.id, node]));
      for (const lifecycle of lifecycles) {
        const status = lifecycle.id === undefined ? undefined : byId.get(lifecycle.id);
        if (status !== undefined) lifecycle.see(status, askedAt);
      }
    },
    settler: (options) => new Settler(database, options),
    // A lock that stays when all is done keeps its node from every further change.
    settled: async ({ emit, now }, signal) => {
      const { locks } = await readReservations(database, signal);
      const left = locks.filter(({ object }) => object.startsWith('rollgate-'));
      emit({
        type: 'integrity-checked',
        at: now(),
        check: 'no node stays locked when its operations have ended',
        object: 'all nodes',
        ok: left.length === 0,
        detail:
          left.length === 0
            ? 'no lock is left'
            : left.map(({ object, engineId }) => `${object} by ${engineId}`).join(', '),
      });
    },
  };
}
