import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SERVER_HEADER } from '../../../infra/haproxy.ts';
import type { GuestAgent } from '../../agent.ts';
import { ownerLogin } from '../../identity/owner.ts';
import { carriesCfn } from '../workload/carries-cfn.ts';

const PROGRAM = fileURLToPath(new URL('agent.py', import.meta.url));
const PERIOD_SECONDS = 0.5;
/** Between two signals: each needs a deployment, and waits for its outputs. */
const SIGNAL_SECONDS = 1;
/** A slower answer is useless to a guest, which then asks again. */
const TIMEOUT_SECONDS = 10;

/**
 * Plays a server with software deployments whose transport is `HEAT_SIGNAL`, the one that needs
 * neither Swift nor Zaqar. The server itself does not exist: Heat does not check that. Its requests
 * carry the login of a deployment’s user in the stack’s domain.
 *
 * `agent`: the metadata of the server's deployments, over Heat's API. A guest with
 * `software_config_transport: POLL_SERVER_HEAT` finds the same in the metadata of its server's
 * resource (heat/engine/resources/server_base.py). `agent-signal`: a deployment is done; counts
 * once Heat has the outputs. `agent-cfn`: the metadata of a resource, over heat-api-cfn, as a guest
 * with POLL_SERVER_CFN requests it.
 */
export const heatAgent: GuestAgent = {
  probes: (plan) => ({
    agent: 'deployment metadata over heat-api',
    'agent-signal': 'deployment signal over heat-api',
    ...(carriesCfn(plan) ? { 'agent-cfn': 'resource metadata over heat-api-cfn' } : {}),
  }),
  async command({ keystone, secrets }, plan) {
    const login = ownerLogin(secrets);
    const { projectId } = await keystone.token(login);
    const settings = {
      ...login,
      keystone: 'http://keystone:5000',
      projectId,
      heat: 'http://haproxy:8004/v1',
      cfn: carriesCfn(plan) ? 'http://haproxy:8000/v1/' : null,
      server: 'rollgate-agent',
      config: 'echo rollgate',
      serverHeader: SERVER_HEADER,
      periodSeconds: PERIOD_SECONDS,
      signalSeconds: SIGNAL_SECONDS,
      timeoutSeconds: TIMEOUT_SECONDS,
    };
    return ['python3', '-u', '-c', await readFile(PROGRAM, 'utf8'), JSON.stringify(settings)];
  },
};
