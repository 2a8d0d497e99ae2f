import type { LabAccess } from '../../subject.ts';
import type { ObjectWork } from '../../workload/lifecycle-workload.ts';
import type { IronicApi, NodeStatus } from '../api/api.ts';
import { nodeRecords, readReservations } from '../database/nodes.ts';
import { LIFECYCLE_KINDS, WHOLE_LIFE, type NodeAction } from './kinds.ts';
import { NodeLifecycle } from './lifecycle.ts';

/** Nodes that live across the swaps, see `LIFECYCLE_KINDS`. */
export function nodeWork(
  { database }: Pick<LabAccess, 'database'>,
  api: IronicApi,
): ObjectWork<NodeAction, NodeStatus> {
  return {
    title: 'Ironic',
    objects: 'bare metal nodes',
    kinds: LIFECYCLE_KINDS,
    wholeLife: WHOLE_LIFE,
    begin: (context, kind) => new NodeLifecycle({ ...context, kind, api }),
    list: () => api.list(),
    records: nodeRecords(database),
    // A lock that stays when everything is done blocks every further change of its node.
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
