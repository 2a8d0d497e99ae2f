import {
  hostname,
  networkAlias,
  type ServiceInstance,
  type WithTransport,
} from '../../../scenario/topology/topology.ts';

/**
 * `[DEFAULT] host` of a service, the name under which Ironic lists a conductor. With JSON-RPC it is
 * also the address at which an API calls the conductor (ironic/common/json_rpc/client.py,
 * `prepare`). The host name would lead an API of the same node to itself.
 */
export function rpcHost(instance: ServiceInstance, { transport }: WithTransport): string {
  return transport === 'json-rpc' ? networkAlias(instance) : hostname(instance);
}

/** The host name of the conductor that Ironic lists under this name: `node1-2`, `node1`. */
export function hostnameOf(listed: string): string {
  return listed.replace(/-ironic-conductor(?=-\d+$|$)/, '');
}
