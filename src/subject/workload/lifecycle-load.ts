import type { Token } from '../../infra/keystone.ts';
import { systemClock } from '../../load/clock.ts';
import type { HttpClient } from '../../load/http/http-client.ts';
import { ownerLogin, standingLogin } from '../identity/owner.ts';
import type { ProbeRequest, SubjectLoad } from '../load.ts';
import type { LabAccess } from '../subject.ts';
import { labRequests } from './lab-requests.ts';
import { LifecycleWorkload, type ObjectWork } from './lifecycle-workload.ts';
import { LoadUsers, workloadClient } from './load-users.ts';

/** The part of the load on one API that is specific to a subject. */
export interface LifecycleLoad<
  Api,
  Standing,
  Action extends string,
  Status extends { readonly id: string },
> {
  /** The service that gets the requests, e.g. `ironic-api`. */
  readonly service: string;
  api(client: HttpClient, token: Token): Api;
  /** Makes the standing object of the probes, and waits until it is ready. */
  makeStanding(api: Api, signal?: AbortSignal): Promise<Standing>;
  /** By the probe's name. @param token For the project of the standing object. */
  probes(token: Token, standing: Standing): Readonly<Record<string, ProbeRequest>>;
  work(lab: LabAccess, api: Api): ObjectWork<Action, Status>;
}

/**
 * The requests that are sent to a subject, as the owner of its objects. Makes the standing object
 * of the probes.
 *
 * @throws RollgateError `standing-…`
 */
export async function lifecycleLoad<
  Api,
  Standing,
  Action extends string,
  Status extends { readonly id: string },
>(
  own: LifecycleLoad<Api, Standing, Action, Status>,
  lab: LabAccess,
  signal?: AbortSignal,
): Promise<SubjectLoad> {
  const users = new LoadUsers(lab);
  const token = await users.token(ownerLogin(lab.secrets));
  const probing = await users.token(standingLogin(lab.secrets));
  const credentials = users.credentials();
  const origin = lab.endpoint(own.service);
  await using client = workloadClient(origin, credentials, lab);
  const standing = await own.makeStanding(own.api(client, probing), signal);
  return {
    ...labRequests(origin, own.probes(probing, standing), token, lab),
    credentials,
    workload: (context) => {
      const connection = workloadClient(origin, credentials, lab);
      return new LifecycleWorkload({
        work: own.work(lab, own.api(connection, token)),
        context,
        clock: systemClock,
        connection,
      });
    },
  };
}
