import type { Database } from '../../../infra/mysql.ts';
import type { EngineRow } from '../../records.ts';
import { HEARTBEAT_TIMEOUT_SECONDS } from '../service/config.ts';
import { hostnameOf } from '../service/rpc-host.ts';

/**
 * The conductors in Ironic's table. A conductor is up while it is marked online and its last
 * heartbeat is younger than `heartbeat_timeout` (ironic/db/sqlalchemy/api.py,
 * `get_online_conductors`). It registers once its RPC server has started (ironic/common/
 * rpc_service.py, `_real_start`), and a graceful stop marks it offline. Its name stays the same
 * from one start to the next, and so does its row.
 */
export async function readConductors(
  database: Pick<Database, 'query'>,
  signal?: AbortSignal,
): Promise<readonly EngineRow[]> {
  const rows = await database.query(
    'SELECT hostname, UNIX_TIMESTAMP(created_at), UNIX_TIMESTAMP(updated_at), ' +
      `online = 1 AND TIMESTAMPDIFF(SECOND, updated_at, UTC_TIMESTAMP()) <= ${HEARTBEAT_TIMEOUT_SECONDS} ` +
      'FROM conductors ORDER BY hostname',
    signal,
  );
  return rows.map(([host, createdAt, updatedAt, up]) => ({
    host: hostnameOf(host ?? ''),
    engineId: host ?? '',
    createdAt: Number(createdAt) * 1000,
    updatedAt: Number(updatedAt) * 1000,
    status: up === '1' ? 'up' : 'down',
  }));
}
