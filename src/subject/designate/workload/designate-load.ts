import type { SubjectLoad } from '../../load.ts';
import type { LabAccess } from '../../subject.ts';
import { lifecycleLoad } from '../../workload/lifecycle-load.ts';
import { DesignateApi } from '../api/api.ts';
import { designateProbes } from './probes.ts';
import { makeStandingZone } from './standing.ts';
import { zoneWork } from './workload.ts';

/**
 * The requests that are sent to Designate, see `lifecycleLoad`.
 *
 * @throws RollgateError `standing-zone`
 */
export function designateLoad(lab: LabAccess, signal?: AbortSignal): Promise<SubjectLoad> {
  return lifecycleLoad(
    {
      service: 'designate-api',
      api: (client, token) => new DesignateApi(client, token),
      makeStanding: makeStandingZone,
      probes: designateProbes,
      work: zoneWork,
    },
    lab,
    signal,
  );
}
