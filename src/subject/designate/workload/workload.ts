import type { LabAccess } from '../../subject.ts';
import type { ObjectWork } from '../../workload/lifecycle-workload.ts';
import type { DesignateApi } from '../api/api.ts';
import { kindOf, WHOLE_LIFE, type LifecycleKind } from './kinds.ts';
import { ZoneLifecycle } from './lifecycle.ts';
import { Settler } from './settle.ts';

/** Zones that live across the swaps, see `LIFECYCLE_KINDS`. */
export function zoneWork(
  { database }: Pick<LabAccess, 'database'>,
  api: DesignateApi,
): ObjectWork<LifecycleKind, ZoneLifecycle> {
  return {
    title: 'Designate',
    objects: 'zones',
    wholeLife: WHOLE_LIFE,
    kindOf,
    begin: (context, kind) => new ZoneLifecycle({ ...context, kind, api }),
    poll: async (lifecycles, { now, record }) => {
      const askedAt = now();
      const { result, value } = await api.list();
      record(result);
      if (value === undefined) return;
      const byId = new Map(value.map((zone) => [zone.id, zone]));
      for (const lifecycle of lifecycles) {
        const status = lifecycle.id === undefined ? undefined : byId.get(lifecycle.id);
        if (status === undefined) await lifecycle.missed();
        else lifecycle.see(status, askedAt);
      }
    },
    settler: (options) => new Settler(database, options),
  };
}
