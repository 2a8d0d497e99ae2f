import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { instanceOfServer, serverName } from '../../src/infra/balancer-log/server-name.ts';
import { Balancer } from '../../src/infra/balancer.ts';
import {
  CONTROL_PORT,
  RUNTIME_API_PORT,
  haproxyConfig,
  haproxySpec,
} from '../../src/infra/haproxy.ts';
import { LAB_BALANCER, type BalancerSettings } from '../../src/plan/balancer.ts';

const SERVICES = [
  {
    name: 'heat-api',
    port: 8004,
    servers: [
      { node: 'node1', service: 'heat-api', host: 'node1-heat-api' },
      { node: 'node2', service: 'heat-api.2', host: 'node2-heat-api-2' },
    ],
  },
  {
    name: 'heat-api-cfn',
    port: 8000,
    servers: [{ node: 'node1', service: 'heat-api-cfn', host: 'node1-heat-api-cfn' }],
  },
];

/** The lines of a section, without their indentation. */
function section(name: string, settings?: BalancerSettings): readonly string[] {
  const sections = haproxyConfig(SERVICES, settings).split('\n\n');
  const found = sections.find((text) => text.startsWith(`${name}\n`));
  return (found ?? '')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

test('each service has a frontend on its port and a backend with its servers', (t) => {
  t.true(section('frontend heat-api').includes('bind :8004'));
  t.true(section('frontend heat-api').includes('default_backend heat-api'));
  t.true(section('frontend heat-api-cfn').includes('bind :8000'));
  t.deepEqual(
    section('backend heat-api').filter((line) => line.startsWith('server ')),
    ['server node1.heat-api node1-heat-api:8004', 'server node2.heat-api.2 node2-heat-api-2:8004'],
  );
});

test('over TLS a frontend has the certificate, HAProxy can reload it, and its volume is shared', (t) => {
  const [service] = SERVICES;
  if (service === undefined) return t.fail();
  const { files, command = [], shares } = haproxySpec([{ ...service, tls: true }]);
  const [config, program] = files;
  t.regex(config?.content ?? '', /^ {2}bind :8004 ssl crt \/run\/haproxy\/tls\/server\.pem$/m);
  t.regex(command.join(' '), /exec haproxy -W -db/);
  t.true(command.join(' ').includes(program?.path ?? 'no program'));
  t.deepEqual(shares, [{ title: 'tls', path: '/run/haproxy' }]);
  const plain = haproxySpec(SERVICES);
  t.is(plain.command, undefined);
  t.deepEqual(plain.shares, []);
});

test('a service of plain connections is passed through unchanged, and is in no log', (t) => {
  const servers = [{ node: 'node1', service: 'mdns', host: 'node1-mdns' }];
  const text = haproxyConfig([{ name: 'mdns', port: 5354, mode: 'tcp', servers }]);
  const [frontend, backend] = text.split('\n\n').slice(-2);
  t.is(
    frontend,
    ['frontend mdns', '  mode tcp', '  no log', '  bind :5354', '  default_backend mdns'].join(
      '\n',
    ),
  );
  t.regex(backend ?? '', /^backend mdns\n {2}mode tcp\n/);
  t.regex(backend ?? '', /\n {2}server node1\.mdns node1-mdns:5354\n$/);
  t.notRegex(`${frontend}${backend}`, /http/);
});

test('HAProxy’s own settings lose no request', (t) => {
  t.true(section('defaults').includes('option http-server-close'));
  t.true(section('defaults').includes('timeout check 10s'));
  t.regex(section('backend heat-api').join('\n'), /default-server .*init-addr none .*fall 3/);
});

test('a deployer’s settings replace the lab’s', (t) => {
  const settings: BalancerSettings = {
    ...LAB_BALANCER,
    balance: 'leastconn',
    check: 'HEAD',
    interSeconds: 2,
    rise: 2,
    fall: 5,
    serverSeconds: 60,
  };
  const own = section('backend heat-api', settings);
  t.regex(own.join('\n'), /default-server .* check inter 2s fall 5 rise 2/);
  t.true(own.includes('balance leastconn'));
  t.true(own.includes('option httpchk HEAD /healthcheck'));
  t.true(section('defaults', settings).includes('timeout server 60s'));
  t.true(section('defaults', settings).includes('option http-server-close'));
});

test('a server’s health is checked by a request, by HAProxy’s default, or only by a connection', (t) => {
  const lines = (more: Partial<BalancerSettings>): readonly string[] =>
    section('backend heat-api', { ...LAB_BALANCER, ...more }).filter((line) =>
      /^(option httpchk|http-check)/.test(line),
    );
  t.deepEqual(lines({ check: 'connect' }), []);
  t.deepEqual(lines({ check: 'OPTIONS' }), ['option httpchk']);
  t.deepEqual(lines({ check: 'GET', expectStatus: 200 }), [
    'option httpchk GET /healthcheck',
    'http-check expect status 200',
  ]);
});

test('an answer names the server that gave it', (t) => {
  t.true(
    section('backend heat-api').includes(
      String.raw`http-response set-header x-rollgate-server %[srv_name,regsub(\.,/)]`,
    ),
  );
});

test('every listening port is published', (t) => {
  t.deepEqual(haproxySpec(SERVICES).ports, [8004, 8000, RUNTIME_API_PORT, CONTROL_PORT]);
});

test('a server’s name is converted to its instance’s name and back', (t) => {
  const name = serverName({ node: 'node1', service: 'heat-engine.2' });
  t.is(name, 'node1.heat-engine.2');
  t.is(instanceOfServer(name), 'node1/heat-engine.2');
});

/** A runtime API that answers each command so, as HAProxy does: then it hangs up. */
async function runtimeApi(t: ExecutionContext, answer: string | undefined) {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      asked.push(chunk.toString());
      if (answer === undefined) socket.resetAndDestroy();
      else socket.end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { balancer: new Balancer(port), asked };
}

/** As HAProxy 3.0 prints it, without most of its 100 columns. */
const STATISTICS = `# pxname,svname,qcur,qmax,scur,smax,slim,stot,status,weight,
heat-api,FRONTEND,,,0,1,4000,3,OPEN,,
heat-api,node1.heat-api,0,0,2,1,,3,UP,1,
heat-api,node2.heat-api.2,0,0,0,0,,0,DOWN 1/3,1,
heat-api,BACKEND,0,0,2,1,400,3,UP,1,

`;

test('the servers’ states are read from the statistics', async (t) => {
  const { balancer, asked } = await runtimeApi(t, STATISTICS);
  t.deepEqual(
    [...(await balancer.servers())],
    [
      ['node1/heat-api', { status: 'UP', sessions: 2 }],
      ['node2/heat-api.2', { status: 'DOWN 1/3', sessions: 0 }],
    ],
  );
  t.deepEqual(asked, ['show stat\n']);
});

test('a runtime API that hangs up is an error that names the request', async (t) => {
  const { balancer } = await runtimeApi(t, undefined);
  await t.throwsAsync(balancer.servers(), {
    code: 'balancer-silent',
    message: 'HAProxy did not answer "show stat"',
  });
});

test('a server is taken out and put back; a refusal is an error with HAProxy’s own message', async (t) => {
  const server = { backend: 'heat-api', node: 'node1', service: 'heat-api' };
  const good = await runtimeApi(t, '\n');
  await good.balancer.setState(server, 'drain');
  t.deepEqual(good.asked, ['set server heat-api/node1.heat-api state drain\n']);
  const bad = await runtimeApi(t, 'No such server.\n');
  await t.throwsAsync(bad.balancer.setState(server, 'maint'), {
    code: 'balancer-refused',
    message: /No such server\./,
  });
});

test('a service may name the request of its health check', (t) => {
  const [service] = SERVICES;
  const own = service === undefined ? [] : [{ ...service, checkPath: '/' }];
  t.regex(haproxyConfig(own), /^ {2}option httpchk GET \/$/m);
});
