import test from 'ava';
import { drawSecrets } from '../../../../src/infra/secrets.ts';
import type { WithServers } from '../../../../src/scenario/topology/infrastructure.ts';
import type { ServiceInstance } from '../../../../src/scenario/topology/topology.ts';
import { heatConf } from '../../../../src/subject/heat/service/config.ts';

const SECRETS = drawSecrets();

function optionsOf(instance: ServiceInstance | undefined, config = {}): readonly string[] {
  const lines = heatConf(SECRETS, { servers: {}, vhost: 'heat', config, instance }).split('\n');
  const from = lines.indexOf('[oslo_messaging_rabbit]');
  return lines.slice(from + 1, lines.indexOf('', from));
}

function service(kind: string, suffix = ''): ServiceInstance {
  const role = kind === 'heat-engine' ? 'engine' : 'api';
  return { node: 'node1', kind, service: `${kind}${suffix}`, role };
}

test('no two services of a host have one process name, so none shares a reply queue', (t) => {
  const names = [
    service('heat-api'),
    service('heat-api-cfn'),
    service('heat-engine'),
    service('heat-engine', '.2'),
    service('heat-engine', '.next'),
  ].flatMap((instance) => optionsOf(instance));
  t.deepEqual(names, [
    'processname = heat-api',
    'processname = heat-api-cfn',
    'processname = heat-engine',
    'processname = heat-engine.2',
    'processname = heat-engine.next',
  ]);
});

test('in a lab with TLS guests get addresses with https, and engines trust the lab’s authority', (t) => {
  const over = (servers: WithServers): string => heatConf(SECRETS, { servers, vhost: 'heat' });
  t.regex(over({ tls: true }), /^heat_metadata_server_url = https:\/\/haproxy:8000$/m);
  t.regex(
    over({ tls: true }),
    /^\[clients_heat\]\nca_file = \/run\/haproxy\/tls\/authority\.pem$/m,
  );
  t.notRegex(over({}), /https|clients_heat/);
});

test('null removes an option that the lab sets, so that the service’s default applies', (t) => {
  const config = { DEFAULT: { hidden_stack_tags: null, debug: true, hidden: null } };
  const lines = heatConf(SECRETS, { servers: {}, vhost: 'heat', config }).split('\n');
  t.deepEqual(
    lines.filter((line) => /^(hidden|debug)|null/.test(line)),
    ['debug = true'],
  );
});

test('the command that moves the schema is not a service, and a scenario’s own option wins', (t) => {
  t.deepEqual(optionsOf(undefined), []);
  const config = { oslo_messaging_rabbit: { processname: 'uwsgi', use_queue_manager: true } };
  t.deepEqual(optionsOf(service('heat-api'), config), [
    'processname = uwsgi',
    'use_queue_manager = true',
  ]);
});

test('Heat keeps tokens in the lab’s memcached, where there is one', (t) => {
  const cacheOf = (servers: WithServers): readonly string[] =>
    heatConf(SECRETS, { servers, vhost: 'heat' })
      .split('\n')
      .filter((line) => /memcache/.test(line));
  t.deepEqual(cacheOf({}), []);
  t.deepEqual(cacheOf({ infrastructure: { memcached: 2 } }), [
    'memcached_servers = memcached-1:11211,memcached-2:11211',
    'backend = oslo_cache.memcache_pool',
    'memcache_servers = memcached-1:11211,memcached-2:11211',
  ]);
});
