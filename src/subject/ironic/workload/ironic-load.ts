import { SERVER_HEADER } from '../../../infra/haproxy.ts';
import type { Login, Token } from '../../../infra/keystone.ts';
import { systemClock } from '../../../load/clock.ts';
import { RenewedTokens } from '../../../load/http/credentials.ts';
import { createHttpClient, type HttpClient } from '../../../load/http/http-client.ts';
import { customRequest } from '../../custom-request.ts';
import type { SubjectLoad } from '../../load.ts';
import type { LabAccess } from '../../subject.ts';
import { LifecycleWorkload } from '../../workload/lifecycle-workload.ts';
import { IronicApi } from '../api/api.ts';
import { ownerLogin, standingLogin } from '../service/identity.ts';
import { ironicProbes } from './probes.ts';
import { makeStandingNode } from './standing.ts';
import { nodeWork } from './workload.ts';

/** A user's limit of patience, and above Ironic's own `rpc_response_timeout` of 60 s. */
const WORKLOAD_TIMEOUT_MS = 90_000;

/**
 * The requests that are sent to Ironic, as the owner of nodes. Enrols the node that the probes ask
 * for.
 *
 * @throws RollgateError `standing-node`
 */
export async function ironicLoad(lab: LabAccess, signal?: AbortSignal): Promise<SubjectLoad> {
  const again = new Map<string, () => Promise<string>>();
  const tokenOf = async (login: Login): Promise<Token> => {
    const token = await lab.keystone.token(login);
    again.set(token.id, async () => (await lab.keystone.token(login)).id);
    return token;
  };
  const token = await tokenOf(ownerLogin(lab.secrets));
  const probing = await tokenOf(standingLogin(lab.secrets));
  const credentials = new RenewedTokens(again);
  const origin = lab.endpoint('ironic-api');
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
  const standing = await makeStandingNode(new IronicApi(client, probing), signal);
  const probes = Object.entries(ironicProbes(probing, standing));
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
        work: nodeWork(lab, new IronicApi(connection, token)),
        context,
        clock: systemClock,
        connection,
      });
    },
  };
}
