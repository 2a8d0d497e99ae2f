import type { SubjectLoad } from '../../load.ts';
import type { LabAccess } from '../../subject.ts';
import { lifecycleLoad } from '../../workload/lifecycle-load.ts';
import { IronicApi } from '../api/api.ts';
import { ironicProbes } from './probes.ts';
import { makeStandingNode } from './standing.ts';
import { nodeWork } from './workload.ts';

/**
 * The requests that are sent to Ironic, see `lifecycleLoad`.
 *
 * @throws RollgateError `standing-node`
 */
export function ironicLoad(lab: LabAccess, signal?: AbortSignal): Promise<SubjectLoad> {
  return lifecycleLoad(
    {
      service: 'ironic-api',
      api: (client, token) => new IronicApi(client, token),
      makeStanding: makeStandingNode,
      probes: ironicProbes,
      work: nodeWork,
    },
    lab,
    signal,
  );
}
