import { serversOf, type WithServers } from '../scenario/topology/infrastructure.ts';
import type { InfrastructureSpec } from './infrastructure.ts';
import type { Section } from './ini.ts';

export const MEMCACHED_PORT = 11211;

const LISTENS = `</dev/tcp/127.0.0.1/${MEMCACHED_PORT}`;

/** memcached with its own defaults: 64 MB, four threads, no data that outlives it. */
export function memcachedSpec(): InfrastructureSpec {
  return {
    image: 'rollgate/memcached:latest',
    ports: [MEMCACHED_PORT],
    files: [],
    ready: { kind: 'command', command: `bash -c '${LISTENS}'` },
    healthcheck: ['bash', '-c', LISTENS],
    readySeconds: 30,
  };
}

/** `memcached-1:11211,memcached-2:11211`; `undefined` in a lab without memcached. */
export function cacheServers(topology: WithServers): string | undefined {
  const servers = serversOf(topology, 'memcached');
  return servers.length === 0
    ? undefined
    : servers.map((server) => `${server}:${MEMCACHED_PORT}`).join(',');
}

/**
 * The cache of an OpenStack service in a lab with memcached, with oslo.cache's own time-outs. The
 * backend is that of Kolla-Ansible and openstack-ansible.
 */
export function cacheSection(topology: WithServers): Readonly<Record<string, Section>> {
  const servers = cacheServers(topology);
  if (servers === undefined) return {};
  return {
    cache: { enabled: true, backend: 'oslo_cache.memcache_pool', memcache_servers: servers },
  };
}

/** The cache of tokens of the services that ask Keystone whether a token is valid. */
export function tokenCache(topology: WithServers): Section {
  const servers = cacheServers(topology);
  return servers === undefined ? {} : { memcached_servers: servers };
}
