import type { LabAccess } from '../../subject.ts';
import type { ObjectWork } from '../../workload/lifecycle-workload.ts';
import type { DesignateApi, ZoneStatus } from '../api/api.ts';
import { zoneRecords } from '../database/zones.ts';
import { LIFECYCLE_KINDS, WHOLE_LIFE, type ZoneAction } from './kinds.ts';
import { ZoneLifecycle } from './lifecycle.ts';

/** Zones that live across the swaps, see `LIFECYCLE_KINDS`. */
export function zoneWork(
  { database }: Pick<LabAccess, 'database'>,
  api: DesignateApi,
): ObjectWork<ZoneAction, ZoneStatus> {
  return {
    title: 'Designate',
    objects: 'zones',
    kinds: LIFECYCLE_KINDS,
    wholeLife: WHOLE_LIFE,
    begin: (context, kind) => new ZoneLifecycle({ ...context, kind, api }),
    list: () => api.list(),
    records: zoneRecords(database),
  };
}
