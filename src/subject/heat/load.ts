import { SERVER_HEADER } from '../../infra/haproxy.ts';
import { systemClock } from '../../load/clock.ts';
import { createHttpClient, type HttpClient } from '../../load/http-client.ts';
import type { LabAccess, SubjectLoad } from '../subject.ts';
import { HeatApi } from './api.ts';
import { demoLogin } from './identity.ts';
import { heatProbes } from './probes.ts';
import { makeStandingStack } from './standing.ts';
import { HeatWorkload } from './workload.ts';

/** A user's limit of patience, and above Heat's own `rpc_response_timeout` of 60 s. */
const WORKLOAD_TIMEOUT_MS = 90_000;

/**
 * The requests that are sent to Heat, as a user without administrator's rights. Makes the stack
 * that the probes ask for.
 *
 * @throws RollgateError `standing-stack`
 */
export async function heatLoad(lab: LabAccess, signal?: AbortSignal): Promise<SubjectLoad> {
  const token = await lab.keystone.token(demoLogin(lab.secrets));
  const origin = lab.endpoint('heat-api');
  const connect = (): HttpClient =>
    createHttpClient({
      origin,
      connection: 'reused',
      timeoutMs: WORKLOAD_TIMEOUT_MS,
      clock: systemClock,
      serverHeader: SERVER_HEADER,
    });
  await using client = connect();
  const standing = await makeStandingStack(new HeatApi(client, token), signal);
  const probes = Object.entries(heatProbes({ token, standing }));
  return {
    probes: Object.fromEntries(probes.map(([name, request]) => [name, { origin, request }])),
    workload: (context) => {
      const client = connect();
      return new HeatWorkload(lab, new HeatApi(client, token), context, systemClock, client);
    },
  };
}
