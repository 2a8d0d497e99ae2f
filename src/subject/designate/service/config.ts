import type { ContainerFile } from '../../../containers/port.ts';
import { renderIni, type Section } from '../../../infra/ini.ts';
import { cacheSection } from '../../../infra/memcached.ts';
import { transportUrl } from '../../../infra/rabbitmq.ts';
import type { Secrets } from '../../../infra/secrets.ts';
import { hostname } from '../../../scenario/topology/topology.ts';
import { databaseUrl, keystoneAuthtoken } from '../../service-config.ts';
import type { FilesOptions } from '../../subject.ts';

export const DESIGNATE_DATABASE = 'designate';
export const DESIGNATE_USER = 'designate';
/** Designate's default (designate/conf/mdns.py, `DEFAULT_MDNS_PORT`). */
export const MDNS_PORT = 5354;

/** How often a service sends central a heartbeat. Default: 10. */
const HEARTBEAT_SECONDS = 2;

/** How long a service without a heartbeat still counts as up. */
export const HEARTBEAT_TIMEOUT_SECONDS = 15;

/** More zones and records than a run makes: the default is ten zones per project. */
const QUOTA = 100_000;

/**
 * amqpdriver reports each message by its id when it was sent, taken off its queue, and taken up to
 * be worked on. The other levels are oslo.log's own defaults as far as Designate uses these
 * libraries.
 */
const LOG_LEVELS: readonly string[] = [
  'amqp=WARN',
  'sqlalchemy=WARN',
  'stevedore=WARN',
  'oslo.messaging=INFO',
  'oslo_messaging=INFO',
  'oslo_messaging._drivers.amqpdriver=DEBUG',
  'oslo_policy=INFO',
  'oslo_service.loopingcall=WARN',
  'keystonemiddleware=WARN',
  'keystoneauth=WARN',
  'urllib3.connectionpool=WARN',
];

/**
 * designate.conf, the same for every release. A scenario's own options override these. There is no
 * coordination backend: each producer takes all zones, and a central locks zones within its
 * process.
 */
export function designateConf(
  secrets: Secrets,
  { vhost, config = {}, servers, instance }: FilesOptions,
): string {
  const ours: Readonly<Record<string, Section>> = {
    DEFAULT: {
      transport_url: transportUrl(secrets, servers, vhost),
      ...(instance === undefined ? {} : { host: hostname(instance) }),
      state_path: '/var/lib/designate',
      quota_zones: QUOTA,
      quota_zone_records: QUOTA,
      quota_zone_recordsets: QUOTA,
      use_stderr: true,
      default_log_levels: LOG_LEVELS.join(','),
    },
    'service:api': {
      api_base_uri: 'http://haproxy:9001/',
      auth_strategy: 'keystone',
      enable_host_header: true,
    },
    'service:central': { workers: 1 },
    'service:mdns': { workers: 1, listen: `0.0.0.0:${MDNS_PORT}` },
    'service:worker': {
      workers: 1,
      // The load balancer, which plays the nameservers, forwards only TCP.
      all_tcp: true,
      // The defaults are 5, 30, 15 and 10. An mdns answers for a zone until central has deleted it.
      // Central does so after a worker has tried in vain, so with few tries a deletion ends soon.
      poll_delay: 1,
      poll_timeout: 10,
      poll_retry_interval: 1,
      poll_max_retries: 2,
    },
    'service:producer': { workers: 1 },
    // The producer gives a zone whose records were changed its new serial. Default: every 5 s.
    'producer_task:increment_serial': { interval: 1 },
    // It lets workers retry what has been pending for too long, or failed. Default: every 120 s.
    'producer_task:worker_periodic_recovery': { interval: 15 },
    heartbeat_emitter: { heartbeat_interval: HEARTBEAT_SECONDS },
    'storage:sqlalchemy': {
      connection: databaseUrl(DESIGNATE_DATABASE, secrets),
    },
    keystone_authtoken: keystoneAuthtoken(DESIGNATE_USER, secrets, servers),
    ...cacheSection(servers),
    oslo_messaging_rabbit: instance === undefined ? {} : { processname: instance.service },
    oslo_concurrency: { lock_path: '/var/lib/designate' },
  };
  return renderIni(ours, config);
}

export function designateFiles(secrets: Secrets, options: FilesOptions): readonly ContainerFile[] {
  const content = designateConf(secrets, options);
  return [{ path: '/etc/designate/designate.conf', content, mode: 0o644 }];
}
