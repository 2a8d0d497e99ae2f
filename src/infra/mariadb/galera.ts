import type { DatabaseOptions } from '../../plan/deployer.ts';
import type { InfrastructureSpec, PlaceInCluster } from '../infrastructure.ts';

/** Where a load balancer asks whether a server of the cluster is synced, as in Kolla-Ansible. */
export const CLUSTERCHECK_PORT = 4569;

/** A server that joins with a full state transfer needs this long at most, in seconds. */
const READY_SECONDS = 120;
/** How long the others may take to be synced before one of them is stopped, in seconds. */
const SYNC_SECONDS = 60;

/**
 * Options of a server of a Galera cluster, as Kolla-Ansible's (roles/mariadb/templates/galera.cnf.j2
 * at 09943dc6c): one cluster, and full state transfers by mariadb-backup. Row-based binary logs and
 * `innodb_autoinc_lock_mode = 2` are Galera's requirements.
 */
export function galeraOptions({ server, servers }: PlaceInCluster): DatabaseOptions {
  return {
    wsrep_on: true,
    wsrep_provider: '/usr/lib/galera/libgalera_smm.so',
    wsrep_cluster_name: 'rollgate',
    wsrep_cluster_address: `gcomm://${servers.join(',')}`,
    wsrep_node_name: server,
    wsrep_node_address: server,
    wsrep_sst_method: 'mariabackup',
    wsrep_sst_auth: 'mysql:',
    wsrep_slave_threads: 4,
    binlog_format: 'ROW',
    innodb_autoinc_lock_mode: 2,
  };
}

/**
 * The first server makes the cluster, once: the one that takes its place joins the others. A server
 * is stopped only while all are there and it is synced with them, so that two are left.
 */
export function inCluster({
  server,
  servers,
}: PlaceInCluster): Pick<
  InfrastructureSpec,
  'environment' | 'successor' | 'mayStop' | 'ready' | 'readySeconds'
> {
  const check = { ROLLGATE_CLUSTERCHECK: String(CLUSTERCHECK_PORT) };
  return {
    environment: server === servers[0] ? { ...check, ROLLGATE_NEW_CLUSTER: '1' } : check,
    successor: { environment: check },
    mayStop: ['await-cluster', String(servers.length), String(SYNC_SECONDS)],
    ready: { kind: 'log', pattern: /Synchronized with group, ready for connections/ },
    readySeconds: READY_SECONDS,
  };
}
