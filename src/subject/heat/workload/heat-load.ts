import { SERVER_HEADER } from '../../../infra/haproxy.ts';
import type { Login, Token } from '../../../infra/keystone.ts';
import { systemClock } from '../../../load/clock.ts';
import { RenewedTokens } from '../../../load/http/credentials.ts';
import { createHttpClient, type HttpClient } from '../../../load/http/http-client.ts';
import { customRequest } from '../../custom-request.ts';
import type { SubjectLoad } from '../../load.ts';
import type { LabAccess } from '../../subject.ts';
import { HeatApi } from '../api/api.ts';
import { heatCalls } from '../calls/catalogue.ts';
import { compared, MASKED, WholeAnswers } from '../calls/whole-answer.ts';
import { databaseRecords } from '../database/stack-records.ts';
import { demoLogin, otherLogin, standingLogin } from '../service/identity.ts';
import { carriesCfn, CFN } from './carries-cfn.ts';
import { createSignaller } from './lifecycle/signal.ts';
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
  const again = new Map<string, () => Promise<string>>();
  const tokenOf = async (login: Login): Promise<Token> => {
    const token = await lab.keystone.token(login);
    again.set(token.id, async () => (await lab.keystone.token(login)).id);
    return token;
  };
  const token = await tokenOf(demoLogin(lab.secrets));
  const probing = await tokenOf(standingLogin(lab.secrets));
  const other = await tokenOf(otherLogin(lab.secrets));
  const credentials = new RenewedTokens(again);
  const origin = lab.endpoint('heat-api');
  const connect = (origin: string): HttpClient =>
    createHttpClient({
      origin,
      connection: 'reused',
      timeoutMs: WORKLOAD_TIMEOUT_MS,
      clock: systemClock,
      serverHeader: SERVER_HEADER,
      credentials,
    });
  await using client = connect(origin);
  const standing = await makeStandingStack(new HeatApi(client, probing), signal);
  const answers = new WholeAnswers(MASKED);
  const probes = Object.entries(heatProbes({ token: probing, other, standing, answers }));
  return {
    marks: { serverHeader: SERVER_HEADER },
    credentials,
    probes: Object.fromEntries(probes.map(([name, request]) => [name, { origin, request }])),
    custom: (probe) => {
      const request = customRequest(probe, token);
      return { origin, request: () => request };
    },
    workload: (context) => {
      const client = connect(origin);
      const { emit, now, versions } = context;
      const services = kindsIn(lab);
      const cfn = carriesCfn({ services, versions }) ? connect(lab.endpoint(CFN)) : undefined;
      if (cfn === undefined && services.has(CFN)) {
        emit({ type: 'load-left-out', at: now(), what: 'cfn-signal', why: WHY_NO_CFN });
      }
      const asking = context.plan.calls ? connect(origin) : undefined;
      const project = probing.projectId;
      return new HeatWorkload({
        lab: { instances: lab.instances, records: databaseRecords(lab.database) },
        calls: asking && {
          calls: heatCalls({ stack: standing, project, otherProject: token.projectId }).map(
            (call) => compared(call, answers),
          ),
          client: asking,
          token: probing.id,
        },
        api: new HeatApi(client, token),
        signaller: createSignaller({ api: client, cfn }),
        cfn: cfn !== undefined,
        context,
        clock: systemClock,
        connections: [client, cfn, asking].filter((each) => each !== undefined),
      });
    },
  };
}

const WHY_NO_CFN =
  'Keystone refuses the EC2 calls of Heat before 26 (403), since it wants an authenticated caller (OSSA-2025-002)';

function kindsIn({ instances }: LabAccess): ReadonlySet<string> {
  return new Set(instances.map(({ kind }) => kind));
}
