import { SERVER_HEADER } from '../../infra/haproxy.ts';
import { systemClock } from '../../load/clock.ts';
import { createHttpClient } from '../../load/http-client.ts';
import type { LabAccess, SubjectLoad } from '../subject.ts';
import { HeatApi, checkStackList, checkVersions } from './api.ts';
import { demoLogin } from './identity.ts';
import { HeatWorkload } from './workload.ts';

/** A user's limit of patience, and above Heat's own `rpc_response_timeout` of 60 s. */
const WORKLOAD_TIMEOUT_MS = 90_000;

/** The requests that are sent to Heat, as a user without administrator's rights. */
export async function heatLoad(lab: LabAccess): Promise<SubjectLoad> {
  const token = await lab.keystone.token(demoLogin(lab.secrets));
  const origin = lab.endpoint('heat-api');
  return {
    probes: {
      // The API alone: no engine, no database.
      version: {
        origin,
        request: () => ({
          operation: 'GET /',
          method: 'GET',
          path: '/',
          headers: { accept: 'application/json' },
          // Heat offers its versions as a choice.
          expect: [300],
          check: checkVersions,
        }),
      },
      // API, engine and database.
      list: {
        origin,
        request: () => ({
          operation: 'GET stacks',
          method: 'GET',
          path: `/v1/${token.projectId}/stacks?limit=20`,
          headers: { 'x-auth-token': token.id, accept: 'application/json' },
          expect: [200],
          check: checkStackList,
        }),
      },
    },
    workload: (context) => {
      const client = createHttpClient({
        origin,
        connection: 'reused',
        timeoutMs: WORKLOAD_TIMEOUT_MS,
        clock: systemClock,
        serverHeader: SERVER_HEADER,
      });
      return new HeatWorkload(lab, new HeatApi(client, token), context, systemClock, client);
    },
  };
}
