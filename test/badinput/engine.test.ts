import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { invoked } from '../cli/rollgate.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** The address that the other tests of this worker have. */
const NOWHERE = 'unix:///no/engine/here.sock';

/** Answers one request, whatever it is. */
type Answer = (socket: Socket) => unknown;

const answer = (status: number, body: string, type = 'application/json'): Answer =>
  answerWith(
    `HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}`,
    body,
  );
const answerWith =
  (head: string, body = ''): Answer =>
  (socket) =>
    socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);

/** Programs that are no container engine, and engines that break down. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  'ends at once': (socket) => socket.destroy(),
  'sends bytes that are no HTTP': (socket) => socket.end('\0\u0001\r\n\r\n'),
  'is a proxy with a page': answer(200, '<html>\u001B[31m</html>', 'text/html'),
  'is a proxy whose server is gone': answer(502, '<html>\u001B[31m</html>', 'text/html'),
  fails: answer(500, '{"message":"out of \u001B[31mspace"}'),
  'knows no such path': answer(404, '{"message":"page not found"}'),
  'refuses the user': answer(403, '{"message":"authorization denied by plugin"}'),
  'says null': answer(200, 'null'),
  'says an object': answer(200, '{}'),
  'says a list of nulls': answer(200, '[null]'),
  'says a list of objects': answer(200, '[{}]'),
  'says a number': answer(200, '7'),
  'says nothing': answer(200, ''),
  'cuts its answer off': answerWith('HTTP/1.1 200 OK\r\nContent-Length: 1000', '{"Id": "'),
  'cuts a chunk off': answerWith('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked', '9\r\n{"Id"'),
  'sends elsewhere': answerWith(
    'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0',
  ),
  'has endless headers': answerWith(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`),
};

const VERSION = answer(
  200,
  JSON.stringify({ Version: '27.0.0', ApiVersion: '1.46', Components: null }),
);

const labels = { 'rollgate.lab': 'lab', 'rollgate.owner': 'elsewhere:1:1' };
const service = {
  'rollgate.node': 'node1',
  'rollgate.service': 'heat-api',
  'rollgate.kind': 'heat-api',
  'rollgate.role': 'api',
};
/** A lab that another version of rollgate made and paused. */
const LAB: Readonly<Record<string, Answer>> = {
  '/version': VERSION,
  '/containers/json': answer(
    200,
    JSON.stringify([
      {
        Id: 'c',
        Names: ['/rollgate-lab-node1-heat-api'],
        Image: 'i',
        State: 'running',
        Labels: { ...labels, ...service },
      },
    ]),
  ),
  '/networks': answer(
    200,
    JSON.stringify([
      {
        Id: 'n',
        Name: 'rollgate-lab',
        Labels: {
          ...labels,
          'rollgate.subject': 'heat',
          'rollgate.topology': '{"nodes":7}',
          'rollgate.created': 'now',
        },
      },
    ]),
  ),
  '/volumes': answer(
    200,
    JSON.stringify({ Volumes: [{ Name: 'v', Labels: { ...labels, 'rollgate.paused': '{' } }] }),
  ),
};

/** An engine on its own socket. @param known By the path of the request; the rest is answered the same. */
async function engine(known: Readonly<Record<string, Answer>>, rest: Answer): Promise<Server> {
  const server = createServer((socket) => {
    let request = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      request += data.toString();
      if (!request.includes('\r\n\r\n')) return;
      const path = request.split(' ')[1]?.split('?')[0] ?? '';
      request = '';
      (known[path] ?? rest)(socket);
    });
  });
  const path = join(temporaryFolder(), 'engine.sock');
  server.listen(path);
  await once(server, 'listening');
  process.env['DOCKER_HOST'] = `unix://${path}`;
  return server;
}

const VERBS = [
  'status',
  'logs',
  'exec node1 ls',
  'shell node1',
  'queues',
  'env',
  'resume',
  'inventory',
  'follow lab x',
  'node list --lab lab',
  'sql x',
  'images list',
  'doctor',
];

for (const [kind, known] of Object.entries({
  'at once': {},
  'after its version': { '/version': VERSION },
  'beside a lab': LAB,
})) {
  for (const [how, rest] of Object.entries(ANSWERS)) {
    test.serial(
      `an engine that ${how}, ${kind}: each verb ends with a plain message`,
      async (t) => {
        const server = await engine(known, rest);
        for (const verb of VERBS) {
          const { exitCode, stdout, stderr } = await invoked(verb.split(' '));
          const all = `${stdout}\n${stderr}`;
          t.true([0, 1, 104].includes(exitCode), `${verb}: ${exitCode}`);
          t.notRegex(all, /a bug in rollgate|Cannot read properties|is not a function/, verb);
          // oxlint-disable-next-line no-control-regex -- to find them is the purpose
          t.notRegex(all, /[\u0000-\u0008\u000B-\u001F]/, verb);
          if (exitCode !== 0 && verb !== 'doctor') t.regex(stderr, /^error: .*\nhint: /s, verb);
        }
        server.close();
        process.env['DOCKER_HOST'] = NOWHERE;
      },
    );
  }
}
