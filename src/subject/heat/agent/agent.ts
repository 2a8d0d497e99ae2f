import { pythonFiles } from '../../../containers/python-files.ts';
import { SERVER_HEADER } from '../../../infra/haproxy.ts';
import type { GuestAgent } from '../../agent.ts';
import { ownerLogin } from '../../identity/owner.ts';
import { carriesCfn } from '../workload/carries-cfn.ts';

const PROGRAM = new URL('python', import.meta.url);
/** Its path in a container. */
const FOLDER = '/usr/local/lib/rollgate/agent';
const PERIOD_SECONDS = 0.5;
/** Between two signals: each needs a deployment, and waits for its outputs. */
const SIGNAL_SECONDS = 1;
/** A slower answer is useless to a guest, which then asks again. */
const TIMEOUT_SECONDS = 10;

/**
 * Plays servers with software deployments: one with the transports `POLL_SERVER_HEAT` and
 * `HEAT_SIGNAL`, and one with `POLL_SERVER_CFN` and `CFN_SIGNAL`. Both need neither Swift nor Zaqar.
 * The servers are `OS::Heat::DeployedServer`s, which need no Nova. Like os-collect-config, the agent
 * uses the logins and addresses that Heat puts into the metadata.
 *
 * `agent`: the metadata of the server's resource, over Heat's API. `agent-signal`: a deployment is
 * done; counts once Heat has the outputs. `agent-cfn` and `agent-cfn-signal`: the same over
 * heat-api-cfn.
 */
export const heatAgent: GuestAgent = {
  probes: (plan) => ({
    agent: 'server metadata over heat-api',
    'agent-signal': 'deployment signal over heat-api',
    ...(carriesCfn(plan)
      ? {
          'agent-cfn': 'server metadata over heat-api-cfn',
          'agent-cfn-signal': 'deployment signal over heat-api-cfn',
        }
      : {}),
  }),
  async program({ keystone, secrets }, plan) {
    const login = ownerLogin(secrets);
    const { projectId } = await keystone.token(login);
    const settings = {
      ...login,
      keystone: 'http://keystone:5000',
      projectId,
      heat: 'http://haproxy:8004/v1',
      cfn: carriesCfn(plan),
      stack: 'rollgate-agent',
      config: 'echo rollgate',
      serverHeader: SERVER_HEADER,
      periodSeconds: PERIOD_SECONDS,
      signalSeconds: SIGNAL_SECONDS,
      timeoutSeconds: TIMEOUT_SECONDS,
    };
    return {
      command: ['python3', '-Bu', FOLDER],
      files: [
        ...(await pythonFiles(PROGRAM, FOLDER)),
        { path: `${FOLDER}/settings.json`, content: JSON.stringify(settings) },
      ],
    };
  },
};
