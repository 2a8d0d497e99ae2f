import type { Look } from '../../../containers/wait.ts';
import { READINESS_REQUEST } from '../../../events/families/request.ts';
import type { Token } from '../../../infra/keystone.ts';
import type { ServiceInstance } from '../../../scenario/topology/topology.ts';
import { hostname } from '../../../scenario/topology/topology.ts';
import { ownerLogin } from '../../identity/owner.ts';
import type { EngineRow } from '../../records.ts';
import { isOk, secondOf, ServiceWait, versionCommand } from '../../service-wait.ts';
import type { AwaitServing, LabAccess, Serving } from '../../subject.ts';

/**
 * A call that was sent before an engine had its queue gets no answer, so the first checks are
 * short. On a slow machine an answer takes longer, so each further check is a second longer.
 */
const FIRST_LOOK_MS = 2000;
const LONGEST_LOOK_MS = 10_000;

/**
 * Waits until a service answers for itself. An api lists stacks on its own port, and the load
 * balancer sees it UP. An engine has a row in Heat's service list that is newer than its start.
 * Ends at once when the container has exited.
 */
export async function awaitServing(
  lab: LabAccess,
  instance: ServiceInstance,
  options: AwaitServing,
): Promise<Serving> {
  const { startedAt } = options;
  const wait = new ServiceWait(lab, instance, options);
  const version = wait.version(VERSION_COMMAND, 'Heat');
  if (instance.role === 'api') {
    let looks = 0;
    // One for all looks: most of them come before the api listens.
    let known: Token | undefined;
    const token = async (): Promise<Token> =>
      (known ??= await lab.keystone.token(ownerLogin(lab.secrets)));
    await wait.until('to answer', () => {
      const limitMs = Math.min(LONGEST_LOOK_MS, FIRST_LOOK_MS + looks * 1000);
      looks += 1;
      return answers(lab, instance, { hasEngine: options.hasEngine, limitMs, token });
    });
    await wait.untilInRotation();
    return { version: await version };
  }
  const engineId = await wait.until("in Heat's service list", async () => {
    const row = (await listEngines(lab)).find(
      ({ host, status, createdAt }) =>
        host === hostname(instance) && status === 'up' && createdAt >= secondOf(startedAt),
    );
    return row === undefined ? { notYet: 'no row of this start' } : { value: row.engineId };
  });
  return { version: await version, engineId };
}

/**
 * Heat's service list from its table, as `heat-manage service list` reads it, because an engine
 * must be visible before any api serves. An engine is up while its last report is younger than
 * twice the report interval (heat/common/service_utils.py, format_service).
 */
export async function listEngines(
  lab: LabAccess,
  signal?: AbortSignal,
): Promise<readonly EngineRow[]> {
  const rows = await lab.database.query(
    'SELECT host, engine_id, UNIX_TIMESTAMP(created_at), ' +
      'UNIX_TIMESTAMP(COALESCE(updated_at, created_at)), ' +
      'TIMESTAMPDIFF(SECOND, COALESCE(updated_at, created_at), UTC_TIMESTAMP()) <= 2 * report_interval ' +
      'FROM service WHERE deleted_at IS NULL ORDER BY host, created_at',
    signal,
  );
  return rows.map(([host, engineId, createdAt, updatedAt, up]) => ({
    host: host ?? '',
    engineId: engineId ?? '',
    createdAt: Number(createdAt) * 1000,
    updatedAt: Number(updatedAt) * 1000,
    status: up === '1' ? 'up' : 'down',
  }));
}

export const VERSION_COMMAND = versionCommand('openstack-heat');

/**
 * A list of stacks through the api's own port: the api, an engine and the database at once. If no
 * engine is on its vhost yet, its version document is enough.
 */
async function answers(
  lab: LabAccess,
  instance: ServiceInstance,
  {
    hasEngine,
    limitMs,
    token,
  }: {
    readonly hasEngine: boolean;
    readonly limitMs: number;
    /** Of the owner of the lab's stacks. */
    readonly token: () => Promise<Token>;
  },
): Promise<Look<true>> {
  const endpoint = await lab.directEndpoint(instance);
  const signal = AbortSignal.timeout(limitMs);
  if (instance.kind === 'heat-api-cfn' || !hasEngine) {
    const response = await fetch(endpoint, { signal });
    return response.status < 500 ? { value: true } : { notYet: `status ${response.status}` };
  }
  const { id, projectId } = await token();
  const headers = { 'x-auth-token': id, 'x-openstack-request-id': READINESS_REQUEST };
  const response = await fetch(`${endpoint}/v1/${projectId}/stacks?limit=1`, {
    headers,
    signal,
  });
  return isOk(response);
}
