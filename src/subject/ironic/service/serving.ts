import { hostname, type ServiceInstance } from '../../../scenario/topology/topology.ts';
import { answersOwner, secondOf, ServiceWait, versionCommand } from '../../service-wait.ts';
import type { AwaitServing, LabAccess, Serving } from '../../subject.ts';
import { readConductors } from '../database/conductors.ts';

/**
 * Waits until a service answers for itself. An api lists nodes on its own port, and the load
 * balancer sees it UP. A conductor has registered in Ironic's table since its start. Ends at once
 * when the container has exited.
 */
export async function awaitServing(
  lab: LabAccess,
  instance: ServiceInstance,
  options: AwaitServing,
): Promise<Serving> {
  const { startedAt } = options;
  const wait = new ServiceWait(lab, instance, options);
  const version = wait.version(VERSION_COMMAND, 'Ironic');
  if (instance.role === 'api') {
    // The api, Keystone and the database at once.
    await wait.until('to answer', () => answersOwner(lab, instance, '/v1/nodes?limit=1'));
    await wait.untilInRotation();
    return { version: await version };
  }
  const engineId = await wait.until("in Ironic's list of conductors", async () => {
    const row = (await readConductors(lab.database)).find(
      ({ host, status, updatedAt }) =>
        host === hostname(instance) && status === 'up' && updatedAt >= secondOf(startedAt),
    );
    return row === undefined
      ? { notYet: 'not registered since its start' }
      : { value: row.engineId };
  });
  return { version: await version, engineId };
}

export const VERSION_COMMAND = versionCommand('ironic');
