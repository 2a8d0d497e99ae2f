import { SERVER_HEADER } from '../../../infra/haproxy.ts';
import type { Login, Token } from '../../../infra/keystone.ts';
import { systemClock } from '../../../load/clock.ts';
import { RenewedTokens } from '../../../load/http/credentials.ts';
import { createHttpClient, type HttpClient } from '../../../load/http/http-client.ts';
import { customRequest } from '../../custom-request.ts';
import type { SubjectLoad } from '../../load.ts';
import type { LabAccess } from '../../subject.ts';
import { LifecycleWorkload } from '../../workload/lifecycle-workload.ts';
import { DesignateApi } from '../api/api.ts';
import { ownerLogin, standingLogin } from '../service/identity.ts';
import { designateProbes } from './probes.ts';
import { makeStandingZone } from './standing.ts';
import { zoneWork } from './workload.ts';

/** A user's limit of patience, and above oslo.messaging's own `rpc_response_timeout` of 60 s. */
const WORKLOAD_TIMEOUT_MS = 90_000;

/**
 * The requests that are sent to Designate, as the owner of zones. Makes the zone that the probes ask
 * for.
 *
 * @throws RollgateError `standing-zone`
 */
export async function designateLoad(lab: LabAccess, signal?: AbortSignal): Promise<SubjectLoad> {
  const again = new Map<string, () => Promise<string>>();
  const tokenOf = async (login: Login): Promise<Token> => {
    const token = await lab.keystone.token(login);
    again.set(token.id, async () => (await lab.keystone.token(login)).id);
    return token;
  };
  const token = await tokenOf(ownerLogin(lab.secrets));
  const probing = await tokenOf(standingLogin(lab.secrets));
  const credentials = new RenewedTokens(again);
  const origin = lab.endpoint('designate-api');
  const connect = (): HttpClient =>
    createHttpClient({
      origin,
      connection: 'reused',
      timeoutMs: WORKLOAD_TIMEOUT_MS,
      clock: systemClock,
      serverHeader: SERVER_HEADER,
      credentials,
    });
  await using client = connect();
  const standing = await makeStandingZone(new DesignateApi(client, probing), signal);
  const probes = Object.entries(designateProbes(probing, standing));
  return {
    marks: { serverHeader: SERVER_HEADER },
    credentials,
    probes: Object.fromEntries(probes.map(([name, request]) => [name, { origin, request }])),
    custom: (probe) => {
      const request = customRequest(probe, token);
      return { origin, request: () => request };
    },
    workload: (context) => {
      const connection = connect();
      return new LifecycleWorkload({
        work: zoneWork(lab, new DesignateApi(connection, token)),
        context,
        clock: systemClock,
        connection,
      });
    },
  };
}
