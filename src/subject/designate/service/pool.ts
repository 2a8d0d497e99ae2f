import { stringify } from 'yaml';
import { RollgateError } from '../../../errors.ts';
import type { LabAccess } from '../../subject.ts';
import { MDNS_PORT } from './config.ts';

const POOLS_FILE = '/var/lib/designate/pools.yaml';

/**
 * The pool of zones as an operator defines it. Its backend is Designate's `fake`, which creates
 * nothing. The mdns services themselves are the nameserver that workers notify and query for a
 * zone's serial, through the load balancer. They answer from the database
 * (designate/mdns/handler.py, `_handle_record_query`).
 *
 * @param address The load balancer's address. A name that `IPOrHost` accepts does not survive RPC:
 * the other side reads it as an address (designate/objects/fields.py, 20.0).
 */
export function poolsYaml(address: string): string {
  const server = { host: address, port: MDNS_PORT };
  return stringify([
    {
      name: 'default',
      description: 'What the lab has instead of nameservers',
      attributes: {},
      ns_records: [{ hostname: 'ns1.rollgate.example.', priority: 1 }],
      nameservers: [server],
      targets: [
        { type: 'fake', description: 'makes nothing', masters: [server], options: { ...server } },
      ],
    },
  ]);
}

/**
 * Gives Designate its pool. The command calls a central by RPC (designate/manage/pool.py), so a
 * central has to serve.
 *
 * @throws RollgateError `setup-failed`
 */
export async function makePool(lab: LabAccess, signal?: AbortSignal): Promise<void> {
  const central = lab.instances.find(({ kind }) => kind === 'designate-central');
  if (central === undefined) throw new Error('a topology without a central: a bug');
  const container = lab.container(central);
  const run = async (...command: readonly string[]): Promise<string> => {
    const options = signal === undefined ? {} : { signal };
    const { exitCode, stdout, stderr } = await lab.engine.exec(container, command, options);
    if (exitCode === 0) return stdout;
    throw new RollgateError('setup-failed', `${command.join(' ')} ended with ${exitCode}`, {
      detail: `${stdout}\n${stderr}`
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.includes(' DEBUG '))
        .slice(-15)
        .join('\n'),
    });
  };
  const [address = ''] = (await run('getent', 'ahostsv4', 'haproxy')).split(/\s/);
  const content = poolsYaml(address);
  await lab.engine.writeFiles(container, [{ path: POOLS_FILE, content, mode: 0o644 }]);
  await run('designate-manage', 'pool', 'update', '--file', POOLS_FILE);
}
