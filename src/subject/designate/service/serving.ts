import type { Look } from '../../../containers/wait.ts';
import { hostname, type ServiceInstance } from '../../../scenario/topology/topology.ts';
import { answersOwner, ServiceWait, versionCommand } from '../../service-wait.ts';
import type { AwaitServing, LabAccess, Serving } from '../../subject.ts';
import { MDNS_PORT } from './config.ts';

/**
 * Waits until a service answers for itself. An api shows its limits on its own port, and the load
 * balancer sees it UP. An mdns answers a query over TCP. The others take messages from their queue.
 * The list of services is not used, because it depends on a central that understands the heartbeat.
 * Ends at once when the container has exited.
 */
export async function awaitServing(
  lab: LabAccess,
  instance: ServiceInstance,
  options: AwaitServing,
): Promise<Serving> {
  const wait = new ServiceWait(lab, instance, options);
  const version = wait.version(VERSION_COMMAND, 'Designate');
  if (instance.role === 'api') {
    await wait.until('to answer', () => answers(lab, instance, options));
    await wait.untilInRotation();
    return { version: await version };
  }
  if (instance.kind === 'designate-mdns') {
    await wait.until('to answer a query', () => answersQuery(lab, instance));
  } else {
    await wait.until('to take messages', () => takesMessages(lab, instance));
  }
  return { version: await version, engineId: `${shortName(instance)}@${hostname(instance)}` };
}

export const VERSION_COMMAND = versionCommand('designate');

/** `central` of `designate-central`: its topic, and its name in the list of services. */
function shortName({ kind }: ServiceInstance): string {
  return kind.replace(/^designate-/, '');
}

/** A consumer of the queue named after its topic and host (oslo.messaging, `Target`). */
async function takesMessages(lab: LabAccess, instance: ServiceInstance): Promise<Look<true>> {
  const own = `${shortName(instance)}.${hostname(instance)}`;
  for (const vhost of await lab.broker.vhosts()) {
    const queue = (await lab.broker.queues(vhost)).find(({ name }) => name === own);
    if (queue !== undefined && queue.consumers > 0) return { value: true };
  }
  return { notYet: `no consumer of the queue ${own}` };
}

const QUERY = `
import sys
import dns.message, dns.query, dns.rcode
query = dns.message.make_query("rollgate.example.", "SOA")
answer = dns.query.tcp(query, "127.0.0.1", port=int(sys.argv[1]), timeout=5)
print(dns.rcode.to_text(answer.rcode()))
`;

/** There is no such zone, so it refuses; to do so it has queried the database. */
async function answersQuery(lab: LabAccess, instance: ServiceInstance): Promise<Look<true>> {
  const command = ['python3', '-c', QUERY, String(MDNS_PORT)];
  const { exitCode, stdout, stderr } = await lab.engine.exec(lab.container(instance), command);
  return exitCode === 0 && stdout.trim() === 'REFUSED'
    ? { value: true }
    : { notYet: stdout.trim() || (stderr.trim().split('\n').at(-1) ?? '') };
}

/**
 * A list of zones through the api's own port: the api, Keystone, a central and the database at
 * once. If no central takes its messages, its version document is enough.
 */
async function answers(
  lab: LabAccess,
  instance: ServiceInstance,
  { hasEngine }: AwaitServing,
): Promise<Look<true>> {
  return answersOwner(lab, instance, hasEngine ? '/v2/zones?limit=1' : '/');
}
