import type { ContainerFile } from '../../../containers/port.ts';
import { renderIni, type Section } from '../../../infra/ini.ts';
import { cacheSection } from '../../../infra/memcached.ts';
import { transportUrl } from '../../../infra/rabbitmq.ts';
import type { Secrets } from '../../../infra/secrets.ts';
import { databaseUrl, keystoneAuthtoken, serviceLogin } from '../../service-config.ts';
import type { FilesOptions } from '../../subject.ts';
import { rpcHost } from './rpc-host.ts';

export const IRONIC_DATABASE = 'ironic';
export const IRONIC_USER = 'ironic';

/**
 * How often a conductor sends a heartbeat, and after which silence others take over its nodes. With
 * Ironic's defaults of 10 s and 60 s, a run would last minutes longer.
 */
export const HEARTBEAT_INTERVAL_SECONDS = 2;
export const HEARTBEAT_TIMEOUT_SECONDS = 20;
/**
 * How long a process uses the list of conductors that it has read. A stopping conductor keeps
 * serving for the same time, until no process calls it any longer (ironic/conductor/rpc_service.py,
 * `stop`). Default: 15.
 */
const HASH_RING_SECONDS = 5;

/** Each kind of interface of fake hardware that only waits. */
const INTERFACES: Readonly<Record<string, string>> = {
  bios: 'fake',
  boot: 'fake',
  console: 'fake',
  deploy: 'fake',
  firmware: 'fake',
  inspect: 'fake',
  management: 'fake',
  network: 'noop',
  power: 'fake',
  raid: 'fake',
  rescue: 'fake',
  storage: 'noop',
  vendor: 'fake',
};

/**
 * amqpdriver reports each message by its id when it was sent, taken off its queue, and taken up to
 * be worked on. The other levels are oslo.log's own defaults as far as Ironic uses these libraries.
 */
const LOG_LEVELS: readonly string[] = [
  'amqp=WARN',
  'sqlalchemy=WARN',
  'oslo.messaging=INFO',
  'oslo_messaging=INFO',
  'oslo_messaging._drivers.amqpdriver=DEBUG',
  'keystonemiddleware=WARN',
  'stevedore=WARN',
  'keystoneauth=WARN',
  'oslo_policy=INFO',
  'urllib3.connectionpool=WARN',
  'futurist=INFO',
];

/**
 * ironic.conf, the same for every release. A scenario's own options override these. Only fake
 * hardware is enabled: it needs no Neutron, Glance or Swift.
 */
export function ironicConf(
  secrets: Secrets,
  { vhost, config = {}, servers, instance }: FilesOptions,
): string {
  const enabled = Object.entries(INTERFACES).flatMap(([kind, name]) => [
    [`enabled_${kind}_interfaces`, name] as const,
    [`default_${kind}_interface`, name] as const,
  ]);
  const overHttp = servers.transport === 'json-rpc';
  const ours: Readonly<Record<string, Section>> = {
    DEFAULT: {
      transport_url: transportUrl(secrets, servers, vhost),
      ...(instance === undefined ? {} : { host: rpcHost(instance, servers) }),
      // The address of an interface, set because none can be found before the network is up.
      my_ip: '127.0.0.1',
      enabled_hardware_types: 'fake-hardware',
      ...Object.fromEntries(enabled),
      ...(overHttp ? { rpc_transport: 'json-rpc' } : {}),
      hash_ring_reset_interval: HASH_RING_SECONDS,
      use_stderr: true,
      default_log_levels: LOG_LEVELS.join(','),
    },
    conductor: {
      heartbeat_interval: HEARTBEAT_INTERVAL_SECONDS,
      heartbeat_timeout: HEARTBEAT_TIMEOUT_SECONDS,
      // How often deployments and cleanings of a lost conductor are looked for.
      check_provision_state_interval: 10,
      sync_local_state_interval: 10,
      automated_clean: true,
    },
    database: {
      connection: databaseUrl(IRONIC_DATABASE, secrets),
    },
    keystone_authtoken: keystoneAuthtoken(IRONIC_USER, secrets, servers),
    // A conductor lets in who has the role admin, as Ironic's own user has.
    ...(overHttp ? { json_rpc: serviceLogin(IRONIC_USER, secrets) } : {}),
    ...cacheSection(servers),
    dhcp: { dhcp_provider: 'none' },
    // Whole seconds that each step of a deployment on fake hardware takes.
    fake: { deploy_delay: 1 },
    oslo_messaging_rabbit: instance === undefined ? {} : { processname: instance.service },
    // oslo.messaging's queue manager needs a lock, and so a lock path.
    oslo_concurrency: { lock_path: '/var/lib/ironic' },
  };
  return renderIni(ours, config);
}

export function ironicFiles(secrets: Secrets, options: FilesOptions): readonly ContainerFile[] {
  const content = ironicConf(secrets, options);
  return [{ path: '/etc/ironic/ironic.conf', content, mode: 0o644 }];
}
