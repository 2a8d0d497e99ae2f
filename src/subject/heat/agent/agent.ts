import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SERVER_HEADER } from '../../../infra/haproxy.ts';
import type { GuestAgent } from '../../agent.ts';
import { ownerLogin } from '../../identity/owner.ts';
import { carriesCfn } from '../workload/carries-cfn.ts';

const PROGRAM = fileURLToPath(new URL('agent.py', import.meta.url));
const PERIOD_SECONDS = 0.5;
/** A slower answer is useless to a guest, which then asks again. */
const TIMEOUT_SECONDS = 10;

/**
 * Asks what a guest should do. `agent`: the metadata of a server's software deployments, over
 * Heat's API. A guest with `software_config_transport: POLL_SERVER_HEAT` finds the same in the
 * metadata of its server's resource (heat/engine/resources/server_base.py). The server itself does
 * not exist: Heat does not check that. `agent-cfn`: the metadata of a resource, over heat-api-cfn,
 * as a guest with POLL_SERVER_CFN requests it.
 */
export const heatAgent: GuestAgent = {
  probes: (plan) => ({
    agent: 'deployment metadata over heat-api',
    ...(carriesCfn(plan) ? { 'agent-cfn': 'resource metadata over heat-api-cfn' } : {}),
  }),
  async command({ keystone, secrets }, plan) {
    const login = ownerLogin(secrets);
    const { projectId } = await keystone.token(login);
    const settings = {
      ...login,
      keystone: 'http://keystone:5000',
      heat: `http://haproxy:8004/v1/${projectId}`,
      cfn: carriesCfn(plan) ? 'http://haproxy:8000/v1/' : null,
      server: 'rollgate-agent',
      config: 'echo rollgate',
      serverHeader: SERVER_HEADER,
      periodSeconds: PERIOD_SECONDS,
      timeoutSeconds: TIMEOUT_SECONDS,
    };
    return ['python3', '-u', '-c', await readFile(PROGRAM, 'utf8'), JSON.stringify(settings)];
  },
};
