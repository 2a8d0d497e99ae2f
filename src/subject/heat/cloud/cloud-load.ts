import { systemClock } from '../../../load/clock.ts';
import { RenewedTokens } from '../../../load/credentials.ts';
import { requestEvent } from '../../../load/request-event.ts';
import type { CloudAccess } from '../../cloud.ts';
import type { SubjectLoad } from '../../subject.ts';
import { HeatApi } from '../api/api.ts';
import { MASKED, WholeAnswers } from '../calls/whole-answer.ts';
import { customRequest } from '../../custom-request.ts';
import { createSignaller } from '../workload/lifecycle/signal.ts';
import { heatProbes } from '../workload/probes.ts';
import { makeStandingStack } from '../workload/standing.ts';
import { HeatWorkload } from '../workload/workload.ts';
import { apiRecords } from './api-records.ts';
import { connectTo, marksOf } from './heat-api.ts';

/**
 * The load on a cloud that somebody else runs, as a user with no rights beyond one project. Makes
 * the stack that the probes ask for.
 *
 * @throws RollgateError `standing-stack`
 */
export async function cloudLoad(cloud: CloudAccess, signal?: AbortSignal): Promise<SubjectLoad> {
  const { token, origin, path, prefix } = cloud;
  const credentials = new RenewedTokens(new Map([[token.id, cloud.renew]]));
  await using client = connectTo(cloud, credentials);
  const standing = await makeStandingStack(new HeatApi(client, token), signal, prefix);
  // One project has no other to look into.
  const { 'other-project': _, ...probes } = heatProbes({
    token,
    other: token,
    standing,
    answers: new WholeAnswers(MASKED),
  });
  return {
    marks: marksOf(cloud),
    credentials,
    probes: Object.fromEntries(
      Object.entries(probes).map(([name, request]) => [
        name,
        {
          origin,
          request: () => {
            const spec = request();
            return { ...spec, path: `${path}${spec.path}` };
          },
        },
      ]),
    ),
    custom: (probe) => {
      const spec = customRequest(probe, token);
      return { origin, request: () => ({ ...spec, path: `${path}${spec.path}` }) };
    },
    workload: (context) => {
      const { emit, now } = context;
      const client = connectTo(cloud, credentials);
      const api = new HeatApi(client, token);
      const runStart = systemClock.now() - now();
      return new HeatWorkload({
        lab: {
          instances: [],
          records: apiRecords({
            api,
            record: (result) => emit(requestEvent(result, { probe: 'workload', runStart })),
          }),
        },
        prefix,
        api,
        signaller: createSignaller({ api: client, cfn: undefined }),
        cfn: false,
        context,
        clock: systemClock,
        connections: [client],
      });
    },
  };
}
