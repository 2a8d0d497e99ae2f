import type { Look } from '../../../containers/wait.ts';
import { waitFor } from '../../../containers/wait.ts';
import { RollgateError } from '../../../errors.ts';
import type { ServiceInstance } from '../../../scenario/topology/topology.ts';
import { hostname } from '../../../scenario/topology/topology.ts';
import type { AwaitServing, EngineRow, LabAccess, Serving } from '../../subject.ts';
import { demoLogin } from './identity.ts';

/**
 * What HAProxy says of a server that it has found healthy: of one that was taken out of rotation on
 * purpose it says DRAIN, or no more than MAINT where it does not check (HAProxy Management Guide,
 * "show stat", `status`). `MAINT (resolution)` is of a name that is not there.
 */
const TAKEN_IN = /^(UP\b|DRAIN$|MAINT$)/;

/**
 * Waits until a service answers for itself: an api lists stacks on its own port and the load
 * balancer sees it UP; an engine stands in Heat's service list with a row of its own start.
 * Ends at once when the container has exited.
 */
export async function awaitServing(
  lab: LabAccess,
  instance: ServiceInstance,
  options: AwaitServing,
): Promise<Serving> {
  const { startedAt } = options;
  const container = lab.container(instance);
  const alive = async (): Promise<void> => {
    const state = await lab.engine.state(container);
    if (state?.running !== true) {
      throw new RollgateError(
        'did-not-serve',
        `${instance.node}/${instance.service} exited with ${state?.exitCode ?? '?'} before it served`,
      );
    }
  };
  const wait = {
    limitSeconds: options.limitSeconds,
    signal: options.signal,
    everyMs: 250,
    code: 'did-not-serve',
  };
  const version = runningVersion(lab, container);
  version.catch(() => undefined);
  if (instance.role === 'api') {
    await waitFor({ ...wait, what: `${instance.node}/${instance.service} to answer` }, async () => {
      await alive();
      return answers(lab, instance, options.hasEngine);
    });
    await waitFor(
      { ...wait, what: `HAProxy to see ${instance.node}/${instance.service} UP` },
      async () => {
        const servers = await lab.balancer.servers();
        const status = servers.get(`${instance.node}/${instance.service}`)?.status ?? 'unknown';
        return TAKEN_IN.test(status) ? { value: true } : { notYet: status };
      },
    );
    return { version: await version };
  }
  const engineId = await waitFor(
    { ...wait, what: `${instance.node}/${instance.service} in Heat's service list` },
    async () => {
      await alive();
      const row = (await listEngines(lab)).find(
        ({ host, status, createdAt }) =>
          host === hostname(instance) && status === 'up' && createdAt >= secondOf(startedAt),
      );
      return row === undefined ? { notYet: 'no row of this start' } : { value: row.engineId };
    },
  );
  return { version: await version, engineId };
}

/** MySQL's DATETIME has whole seconds. */
function secondOf(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}

/**
 * Heat's service list from its table, as `heat-manage service list` reads it, since an engine
 * must be seen before any api serves. An engine is up while its last report is younger than
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

/** A source tree laid over an image tells its whole version beside the one that old pbr can read. */
const VERSION_IN_METADATA = `
from importlib.metadata import distribution
heat = distribution("openstack-heat")
print(heat.read_text("rollgate-version") or heat.version)
`;

export const VERSION_COMMAND: readonly string[] = ['python3', '-c', VERSION_IN_METADATA];

/** The version that a container's Python finds, which is the one that runs in it. */
async function runningVersion(lab: LabAccess, container: string): Promise<string> {
  const { exitCode, stdout, stderr } = await lab.engine.exec(container, VERSION_COMMAND);
  if (exitCode !== 0) {
    throw new RollgateError('version-unknown', `no Heat in ${container}: ${stderr.trim()}`);
  }
  return stdout.trim();
}

/**
 * A list of stacks through the api's own port: the api, an engine and the database at once. Where
 * no engine is on its vhost yet, its version document has to do.
 */
async function answers(
  lab: LabAccess,
  instance: ServiceInstance,
  hasEngine: boolean,
): Promise<Look<true>> {
  const endpoint = await lab.directEndpoint(instance);
  const signal = AbortSignal.timeout(10_000);
  if (instance.kind === 'heat-api-cfn' || !hasEngine) {
    const response = await fetch(endpoint, { signal });
    return response.status < 500 ? { value: true } : { notYet: `status ${response.status}` };
  }
  const token = await lab.keystone.token(demoLogin(lab.secrets));
  const headers = { 'x-auth-token': token.id };
  const response = await fetch(`${endpoint}/v1/${token.projectId}/stacks?limit=1`, {
    headers,
    signal,
  });
  const body = await response.text();
  return response.status === 200
    ? { value: true }
    : { notYet: `status ${response.status} ${body.slice(0, 200)}` };
}
