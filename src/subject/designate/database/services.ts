import type { Database } from '../../../infra/mysql.ts';
import type { EngineRow } from '../../records.ts';
import { HEARTBEAT_TIMEOUT_SECONDS } from '../service/config.ts';

/**
 * Designate's services in its table. Each sends central a heartbeat by RPC
 * (designate/heartbeat_emitter.py), and central records it: a service that no central understands
 * looks as if it were gone. From 23 on a stopped service reports it (`STOPPED`). The apis are left
 * out, because the load balancer knows their state better.
 */
export async function readServices(
  database: Pick<Database, 'query'>,
  signal?: AbortSignal,
): Promise<readonly EngineRow[]> {
  const rows = await database.query(
    'SELECT hostname, service_name, UNIX_TIMESTAMP(created_at), UNIX_TIMESTAMP(heartbeated_at), ' +
      `status = 'UP' AND TIMESTAMPDIFF(SECOND, heartbeated_at, UTC_TIMESTAMP()) <= ${HEARTBEAT_TIMEOUT_SECONDS} ` +
      "FROM service_statuses WHERE service_name <> 'api' ORDER BY hostname, service_name",
    signal,
  );
  return rows.map(([host, name, createdAt, heartbeatAt, up]) => ({
    host: host ?? '',
    service: `designate-${name ?? ''}`,
    engineId: `${name ?? ''}@${host ?? ''}`,
    createdAt: Number(createdAt) * 1000,
    updatedAt: Number(heartbeatAt) * 1000,
    status: up === '1' ? 'up' : 'down',
  }));
}
