import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { Balancer } from '../../src/infra/balancer.ts';
import { Keystone } from '../../src/infra/keystone.ts';
import { MysqlDatabase } from '../../src/infra/mysql.ts';
import { Broker } from '../../src/infra/rabbitmq.ts';
import { drawSecrets } from '../../src/infra/secrets.ts';
import { httpServer } from '../load/scripted-server.ts';

/** For the clients here; a lab's have 5 to 20 s. */
const ANSWER_SECONDS = 0.5;
const LIMIT_MS = 6000;
const SECRETS = drawSecrets();
const TOKEN = { id: 'token', projectId: 'project' };
const SERVER = { backend: 'heat-api', node: 'node1', service: 'heat-api' };

/** Every request of rollgate's own to a lab's infrastructure. */
const CALLS: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  'Keystone, a token': (port) =>
    new Keystone(port, ANSWER_SECONDS).token({ user: 'u', password: 'p', project: 'x' }),
  'Keystone, a search': (port) =>
    new Keystone(port, ANSWER_SECONDS).find(TOKEN, 'users', { name: 'x' }),
  'Keystone, a creation': (port) => new Keystone(port, ANSWER_SECONDS).create(TOKEN, 'users', {}),
  'RabbitMQ, its vhosts': (port) => new Broker([port], SECRETS, ANSWER_SECONDS).vhosts(),
  'RabbitMQ, its queues': (port) => new Broker([port], SECRETS, ANSWER_SECONDS).queues('heat'),
  'RabbitMQ, its messages': (port) => new Broker([port], SECRETS, ANSWER_SECONDS).traced('heat'),
  'HAProxy, its servers': (port) => new Balancer(port, ANSWER_SECONDS).servers(),
  'HAProxy, a drain': (port) => new Balancer(port, ANSWER_SECONDS).setState(SERVER, 'drain'),
  'MariaDB, a query': (port) =>
    new MysqlDatabase('heat', 'secret', () => port, ANSWER_SECONDS).query('SELECT 1'),
};

const ok = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}Connection: close\r\n\r\n${body}`;

type Hostile = (socket: Socket) => void;
const says =
  (text: string): Hostile =>
  (socket) =>
    socket.end(text);
const every =
  (milliseconds: number, part: string, first = ''): Hostile =>
  (socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.write(part), milliseconds);
    socket.on('close', () => clearInterval(timer));
  };

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const HOSTILE: Readonly<Record<string, Hostile>> = {
  'takes the request and never answers': () => undefined,
  'hangs up without a word': says(''),
  'resets the connection': (socket) => socket.resetAndDestroy(),
  'says what is no protocol': says('\0\u001B[31m\u0001\r\n'),
  'says not JSON': says(ok('<html>\u001B[31mbusy</html>')),
  'says nothing': says(ok('')),
  'says null': says(ok('null')),
  'says a number': says(ok('7')),
  'says a list of nulls': says(ok('[null]')),
  'says a list of objects': says(ok('[{}]')),
  'says an object of other things': says(ok('{"users":{"id":7},"token":[]}')),
  'cuts its answer off': says('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{"name":'),
  'cuts a statistic off': says('# pxname,svname,scur,status,\nheat-api,node1.heat-api,0,U'),
  'says a statistic without columns': says('# pxname,\nheat-api\n\n'),
  'fails at length': says(
    `HTTP/1.1 500 X\r\nConnection: close\r\n\r\n${'\u001B[31mno '.repeat(20_000)}`,
  ),
  'answers letter by letter, for ever': every(20, '1\r\n \r\n', CHUNKED),
  'sends bytes for ever': every(20, 'x'),
};

/** @returns Its port. */
async function listen(t: ExecutionContext, answer: Hostile, call: string): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    // A server of MariaDB speaks first.
    if (call.startsWith('MariaDB')) answer(socket);
    else socket.once('data', () => answer(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

for (const [how, answer] of Object.entries(HOSTILE)) {
  for (const [call, made] of Object.entries(CALLS)) {
    test(`a server that ${how}: ${call} ends with a plain error`, async (t) => {
      const over = Promise.allSettled([made(await listen(t, answer, call))]);
      const ended = await Promise.race([over, after(LIMIT_MS, undefined, { ref: false })]);
      if (ended === undefined) return t.fail('it hangs');
      const [end] = ended;
      if (end.status === 'fulfilled') {
        return t.fail(`it has a result: ${JSON.stringify(end.value)}`);
      }
      t.true(end.reason instanceof RollgateError, String(end.reason));
      const { message } = end.reason as RollgateError;
      t.true(message.length < 1000, `a message of ${message.length} letters`);
    });
  }
}

test('a password or a token is not sent to where a server redirects', async (t) => {
  let elsewhere = 0;
  await using other = await httpServer((_, response) => {
    elsewhere += 1;
    response.end('[]');
  });
  await using server = await httpServer((_, response) => {
    response.writeHead(307, { location: other.origin }).end();
  });
  const port = Number(new URL(server.origin).port);
  for (const [call, made] of Object.entries(CALLS)) {
    if (/Keystone|RabbitMQ/.test(call)) await t.throwsAsync(made(port), undefined, call);
  }
  t.is(elsewhere, 0);
});
