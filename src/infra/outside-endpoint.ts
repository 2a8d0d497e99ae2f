import { RollgateError } from '../errors.ts';
import type { Keystone, Login } from './keystone.ts';

/**
 * The interface of the catalogue whose addresses may work from outside the lab's network: no
 * service inside the lab uses that address of the subject.
 */
export const OUTSIDE_INTERFACE = 'admin';

/**
 * Puts an address into the catalogue that is reachable from outside the lab's network. Clients take
 * a service's address only from there: python-heatclient's plugin for `openstack` knows no override
 * (heatclient/osc/plugin.py, make_client).
 *
 * @param type The service's, e.g. `orchestration`.
 * @throws RollgateError `keystone-refused`.
 */
export async function publishOutside(
  keystone: Keystone,
  administrator: Login,
  { type, url }: { readonly type: string; readonly url: string },
): Promise<void> {
  const token = await keystone.token(administrator);
  const service_id = await keystone.find(token, 'services', { type });
  const endpoint =
    service_id === undefined
      ? undefined
      : await keystone.find(token, 'endpoints', { service_id, interface: OUTSIDE_INTERFACE });
  if (endpoint === undefined) {
    throw new RollgateError('keystone-refused', `the catalogue has no ${type}`);
  }
  await keystone.call(token, 'PATCH', `/endpoints/${endpoint}`, { endpoint: { url } });
}
