import type { ContainerFile } from '../../../containers/port.ts';
import { apiScheme, AUTHORITY_FILE } from '../../../infra/authority.ts';
import { renderIni, type Section } from '../../../infra/ini.ts';
import { REGION } from '../../../infra/keystone.ts';
import { cacheSection } from '../../../infra/memcached.ts';
import { transportUrl } from '../../../infra/rabbitmq.ts';
import type { Secrets } from '../../../infra/secrets.ts';
import { databaseUrl, keystoneAuthtoken, KEYSTONE_URL } from '../../service-config.ts';
import type { FilesOptions } from '../../subject.ts';

export const HEAT_DATABASE = 'heat';
export const HEAT_USER = 'heat';
export const HEAT_DOMAIN = 'heat';
export const HEAT_DOMAIN_ADMIN = 'heat_domain_admin';
/** Stacks with it are listed only on request (`show_hidden`); Tempest's tests use it. */
export const HIDDEN_STACK_TAG = 'foo';

/**
 * oslo.log's own defaults (oslo_log/_options.py, DEFAULT_LOG_LEVELS) for the libraries that Heat
 * uses, plus amqpdriver. It logs each message by its id when it is sent, taken off its queue, and
 * taken up. A message that was taken off the queue but never taken up is lost.
 */
const LOG_LEVELS: readonly string[] = [
  'amqp=WARN',
  'amqplib=WARN',
  'sqlalchemy=WARN',
  'oslo.messaging=INFO',
  'oslo_messaging=INFO',
  'oslo_messaging._drivers.amqpdriver=DEBUG',
  'iso8601=WARN',
  'requests.packages.urllib3.connectionpool=WARN',
  'urllib3.connectionpool=WARN',
  'requests.packages.urllib3.util.retry=WARN',
  'urllib3.util.retry=WARN',
  'keystonemiddleware=WARN',
  'routes.middleware=WARN',
  'stevedore=WARN',
  'keystoneauth=WARN',
  'oslo.cache=INFO',
  'oslo_policy=INFO',
  'dogpile.core.dogpile=INFO',
];

/**
 * heat.conf, the same for every release. "Configuration of N works on N+1 unchanged" is part of
 * what an upgrade promises, so only the broker's vhost ever differs. A scenario's own options
 * override these.
 *
 * `processname` differs from service to service, as in Kolla-Ansible's heat.conf and in Debian's
 * own packages. With `use_queue_manager` oslo.messaging names a process's reply and fanout queues
 * `HOSTNAME:PROCESSNAME:NUMBER` (_drivers/amqpdriver.py, QManager). Its default is the program's
 * name, which is `uwsgi` for heat-api and for heat-api-cfn: on one host they would share a queue.
 */
export function heatConf(
  secrets: Secrets,
  { vhost, config = {}, servers, instance }: FilesOptions,
): string {
  const cfn = `${apiScheme(servers)}://haproxy:8000`;
  const ours: Readonly<Record<string, Section>> = {
    DEFAULT: {
      transport_url: transportUrl(secrets, servers, vhost),
      auth_encryption_key: secrets.encryptionKey,
      stack_user_domain_name: HEAT_DOMAIN,
      stack_domain_admin: HEAT_DOMAIN_ADMIN,
      stack_domain_admin_password: secrets.domainAdmin,
      heat_metadata_server_url: cfn,
      heat_waitcondition_server_url: `${cfn}/v1/waitcondition`,
      num_engine_workers: 1,
      region_name_for_services: REGION,
      enable_stack_adopt: true,
      enable_stack_abandon: true,
      hidden_stack_tags: HIDDEN_STACK_TAG,
      use_stderr: true,
      default_log_levels: LOG_LEVELS.join(','),
    },
    database: {
      connection: databaseUrl(HEAT_DATABASE, secrets),
    },
    keystone_authtoken: keystoneAuthtoken(HEAT_USER, secrets, servers),
    ...cacheSection(servers),
    trustee: {
      auth_type: 'password',
      auth_url: KEYSTONE_URL,
      username: HEAT_USER,
      password: secrets.subjectUser,
      user_domain_name: 'Default',
    },
    oslo_messaging_rabbit: instance === undefined ? {} : { processname: instance.service },
    // oslo.messaging's queue manager needs a lock, and so a lock path.
    oslo_concurrency: { lock_path: '/var/lib/heat' },
    // Without a version suffix: Heat appends it.
    clients_keystone: { auth_uri: KEYSTONE_URL },
    // For OS::Heat::Stack: then an engine is a client of the API.
    ...(servers.tls === true ? { clients_heat: { ca_file: AUTHORITY_FILE } } : {}),
    ec2authtoken: {
      auth_type: 'password',
      auth_url: KEYSTONE_URL,
      auth_uri: `${KEYSTONE_URL}/v3`,
      endpoint_override: KEYSTONE_URL,
      username: HEAT_USER,
      password: secrets.subjectUser,
      project_name: 'service',
      user_domain_name: 'Default',
      project_domain_name: 'Default',
    },
  };
  return renderIni(ours, config);
}

export function heatFiles(secrets: Secrets, options: FilesOptions): readonly ContainerFile[] {
  const content = heatConf(secrets, options);
  return [{ path: '/etc/heat/heat.conf', content, mode: 0o644 }];
}
