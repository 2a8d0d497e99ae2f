import test from 'ava';
import { balancedInfrastructure, haproxyConfig, haproxySpec } from '../../../src/infra/haproxy.ts';
import { mysqlSpec } from '../../../src/infra/mysql.ts';
import { drawSecrets } from '../../../src/infra/secrets.ts';
import { serversOf } from '../../../src/scenario/topology/infrastructure.ts';

const CLUSTER = { infrastructure: { mysql: 3 } };
const servers = serversOf(CLUSTER, 'mysql');
const secrets = drawSecrets();

const specOf = (server: (typeof servers)[number], of: typeof servers, options = {}) =>
  mysqlSpec(secrets, { server, servers: of }, { subject: 'heat', options });
const optionsOf = ({ files }: ReturnType<typeof specOf>): string =>
  files.find(({ path }) => path.endsWith('rollgate.cnf'))?.content ?? '';

test('a single MariaDB knows nothing of Galera, and HAProxy does not balance it', (t) => {
  const alone = specOf('mysql', ['mysql']);
  t.is(optionsOf(alone), '[mariadbd]\nloose_innodb_snapshot_isolation = OFF\n');
  t.is(alone.environment, undefined);
  t.is(alone.mayStop, undefined);
  t.deepEqual(balancedInfrastructure({}), []);
});

test('three servers are a cluster that the first makes, and its successor joins', (t) => {
  const [first, second] = [specOf('mysql-1', servers), specOf('mysql-2', servers)];
  t.regex(optionsOf(second), /^wsrep_cluster_address = gcomm:\/\/mysql-1,mysql-2,mysql-3$/m);
  t.regex(optionsOf(second), /^wsrep_node_name = mysql-2$/m);
  t.truthy(first.environment?.['ROLLGATE_NEW_CLUSTER']);
  t.is(first.successor?.environment?.['ROLLGATE_NEW_CLUSTER'], undefined);
  t.is(second.environment?.['ROLLGATE_NEW_CLUSTER'], undefined);
  t.true(
    second.readySeconds > specOf('mysql', ['mysql']).readySeconds,
    'time for a state transfer',
  );
});

test('options of the scenario come after those of the cluster', (t) => {
  const spec = specOf('mysql-1', servers, { wsrep_sst_method: 'rsync', max_connections: 10 });
  t.regex(optionsOf(spec), /^wsrep_sst_method = rsync$/m);
  t.regex(optionsOf(spec), /^max_connections = 10$/m);
  t.notRegex(optionsOf(spec), /mariabackup/);
});

test('a scenario or a deployer may switch snapshot isolation on: its option comes last', (t) => {
  const spec = specOf('mysql', ['mysql'], { innodb_snapshot_isolation: true });
  t.regex(
    optionsOf(spec),
    /^loose_innodb_snapshot_isolation = OFF\ninnodb_snapshot_isolation = ON$/m,
  );
});

test('HAProxy sends every connection to one synced server, and has the name mysql', (t) => {
  const balanced = balancedInfrastructure(CLUSTER);
  const backend = haproxyConfig(balanced).split('\n\n').at(-1) ?? '';
  t.deepEqual(
    backend.split('\n').filter((line) => line.startsWith('  server ')),
    [
      '  server mysql-1.mysql mysql-1:3306',
      '  server mysql-2.mysql mysql-2:3306 backup',
      '  server mysql-3.mysql mysql-3:3306 backup',
    ],
  );
  t.regex(backend, /option httpchk GET \/\n/);
  t.regex(backend, /check port 4569 /);
  t.deepEqual(haproxySpec(balanced).aliases, ['mysql']);
});
