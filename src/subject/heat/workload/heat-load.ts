import { systemClock } from '../../../load/clock.ts';
import type { HttpClient } from '../../../load/http/http-client.ts';
import { some } from '../../../text/counted.ts';
import { ownerLogin, standingLogin } from '../../identity/owner.ts';
import type { SubjectLoad } from '../../load.ts';
import type { LabAccess } from '../../subject.ts';
import { labRequests } from '../../workload/lab-requests.ts';
import { LoadUsers, workloadClient } from '../../workload/load-users.ts';
import { HeatApi } from '../api/api.ts';
import { callsSince, heatCalls } from '../calls/catalogue.ts';
import { compared, MASKED, WholeAnswers } from '../calls/whole-answer.ts';
import { databaseRecords } from '../database/stack-records.ts';
import { adminLogin, guestLogin, otherLogin, readerLogin } from '../service/identity.ts';
import { carriesCfn, CFN } from './carries-cfn.ts';
import { createSignaller } from './lifecycle/signal.ts';
import { heatProbes } from './probes.ts';
import { makeStandingStacks } from './standing.ts';
import { HeatWorkload } from './workload.ts';

/**
 * The requests that are sent to Heat, as a user without administrator's rights. Makes the stacks of
 * probes and calls.
 *
 * @throws RollgateError `standing-stack`
 */
export async function heatLoad(lab: LabAccess, signal?: AbortSignal): Promise<SubjectLoad> {
  const users = new LoadUsers(lab);
  const token = await users.token(ownerLogin(lab.secrets));
  const probing = await users.token(standingLogin(lab.secrets));
  const other = await users.token(otherLogin(lab.secrets));
  const reader = await users.token(readerLogin(lab.secrets));
  const guest = await users.token(guestLogin(lab.secrets));
  const admin = await users.token(adminLogin(lab.secrets));
  const credentials = users.credentials();
  const connect = (origin: string): HttpClient => workloadClient(origin, credentials, lab);
  const origin = lab.endpoint('heat-api');
  await using client = connect(origin);
  const asUser = new HeatApi(client, probing);
  const { standing, ...others } = await makeStandingStacks(asUser, signal);
  const answers = new WholeAnswers(MASKED);
  const probes = heatProbes({ token: probing, other, standing, answers });
  return {
    ...labRequests(origin, probes, token, lab),
    credentials,
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
      const objects = {
        stack: standing,
        ...others,
        project,
        otherProject: token.projectId,
        adminProject: admin.projectId,
      };
      const calls = callsSince(heatCalls(objects), versions);
      if (asking !== undefined && calls.leftOut.length > 0) {
        emit({
          type: 'load-left-out',
          at: now(),
          what: some(calls.leftOut, 3),
          why: WHY_NOT_CALLED,
        });
      }
      return new HeatWorkload({
        lab: { instances: lab.instances, records: databaseRecords(lab.database) },
        calls: asking && {
          calls: calls.sent.map((call) => compared(call, answers)),
          client: asking,
          token: probing.id,
          tokens: { reader: reader.id, guest: guest.id, admin: admin.id },
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

const WHY_NOT_CALLED = 'an older release of this run answers otherwise';

function kindsIn({ instances }: LabAccess): ReadonlySet<string> {
  return new Set(instances.map(({ kind }) => kind));
}
