import { given } from '../../../given.ts';
import { systemClock } from '../../../load/clock.ts';
import { RenewedTokens } from '../../../load/http/credentials.ts';
import { requestEvent } from '../../../load/http/request-event.ts';
import type { RequestSpec } from '../../../load/http/request.ts';
import type { CloudAccess } from '../../cloud.ts';
import { customRequest } from '../../custom-request.ts';
import type { SubjectLoad, WorkloadContext } from '../../load.ts';
import { HeatApi } from '../api/api.ts';
import { createSignaller } from '../workload/lifecycle/signal.ts';
import { HeatWorkload } from '../workload/workload.ts';
import { apiRecords } from './api-records.ts';
import { Deletions } from './deletions.ts';
import { connectTo, marksOf } from './heat-api.ts';
import { StandingStacks } from './standing-stacks.ts';

/**
 * The load on an external cloud, as a user with no rights beyond one project. Makes the standing
 * stack of the probes.
 *
 * @throws RollgateError `standing-stack`
 */
export async function cloudLoad(cloud: CloudAccess, signal?: AbortSignal): Promise<SubjectLoad> {
  const { token, origin, path, prefix } = cloud;
  const credentials = new RenewedTokens(new Map([[token.id, cloud.renew]]));
  const over = new AbortController();
  let context: Pick<WorkloadContext, 'emit' | 'now'> | undefined;
  const report = (watch: string, text: string): void => {
    context?.emit({ type: 'watch-gap', at: context.now(), watch, text });
  };
  const deletions = new Deletions(connectTo(cloud, credentials), token, ({ name, status }) =>
    report(name, `another user deleted it: ${status}`),
  );
  const { client } = deletions;
  const api = new HeatApi(client, token);
  const standing = await StandingStacks.make({
    api,
    token,
    prefix,
    deletions,
    onReplaced: (gone, { name }) => report(gone.name, `${name} was made in its place`),
    signal: signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]),
  });
  const below = (spec: RequestSpec): RequestSpec => ({ ...spec, path: `${path}${spec.path}` });
  return {
    marks: marksOf(cloud),
    credentials,
    probes: Object.fromEntries(
      Object.entries(standing.probes).map(([name, { request, judge }]) => [
        name,
        { origin, request: () => below(request()), ...given({ judge }) },
      ]),
    ),
    custom: (probe) => {
      const spec = below(customRequest(probe, token));
      return { origin, request: () => spec };
    },
    workload: (ofRun) => {
      context = ofRun;
      const { emit, now } = ofRun;
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
        isTaken: deletions.isTaken,
        cfn: false,
        context: ofRun,
        clock: systemClock,
        connections: [{ [Symbol.asyncDispose]: async () => over.abort() }, client],
      });
    },
  };
}
