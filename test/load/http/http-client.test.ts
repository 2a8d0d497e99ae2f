import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import type { RequestOutcome } from '../../../src/events/families/request.ts';
import { systemClock } from '../../../src/load/clock.ts';
import { createHttpClient } from '../../../src/load/http/http-client.ts';
import type { HttpClientOptions } from '../../../src/load/http/http-client.ts';
import { outcomeOfError } from '../../../src/load/http/outcome.ts';
import type { Connection, RequestSpec } from '../../../src/load/http/request.ts';
import { httpServer, refusingOrigin, tcpServer } from '../scripted-server.ts';

const LIST: RequestSpec = {
  operation: 'GET stacks',
  method: 'GET',
  path: '/v1/stacks?limit=1',
  headers: { 'X-Auth-Token': 'secret' },
  expect: [200],
  check: (body) => (body.includes('"stacks"') ? undefined : 'no stacks in the body'),
};

function client(origin: string, connection: Connection, timeoutMs = 2000) {
  return createHttpClient({ origin, connection, timeoutMs, clock: systemClock });
}

const CONNECTIONS: readonly Connection[] = ['new', 'reused'];

async function ask(
  origin: string,
  options: Partial<HttpClientOptions> = {},
  spec: Partial<RequestSpec> = {},
) {
  await using client = createHttpClient({
    origin,
    connection: 'new',
    timeoutMs: 2000,
    clock: systemClock,
    serverHeader: 'X-Rollgate-Server',
    ...options,
  });
  return await client.send({ ...LIST, ...spec });
}

for (const connection of CONNECTIONS) {
  test(`over a ${connection} connection: an expected answer is served, with its server and its times`, async (t) => {
    await using server = await httpServer((request, response) => {
      response.setHeader('X-Rollgate-Server', 'node1/heat-api');
      response.end(JSON.stringify({ stacks: [], asked: request.url, by: request.headers }));
    });
    const result = await ask(server.origin, {
      connection,
      randomId: () => '11111111-2222-4333-8444-555555555555',
    });
    t.is(result.outcome, 'served');
    t.is(result.status, 200);
    t.is(result.server, 'node1/heat-api');
    t.is(result.id, 'req-11111111-2222-4333-8444-555555555555');
    const { asked, by } = JSON.parse(result.body) as { asked: string; by: Record<string, string> };
    t.is(asked, LIST.path);
    t.is(by['x-openstack-request-id'], result.id);
    t.is(by['x-auth-token'], 'secret');
    const { sentAt, firstByteAt = Number.NaN, doneAt } = result;
    t.true(sentAt <= firstByteAt && firstByteAt <= doneAt);
  });

  test(`over a ${connection} connection: a refusal`, async (t) => {
    const result = await ask(await refusingOrigin(), { connection });
    t.is(result.outcome, 'connect-refused');
    t.regex(result.detail ?? '', /ECONNREFUSED/);
    t.is(result.status, undefined);
  });

  const breaks: readonly [string, RequestOutcome, (socket: Socket) => void][] = [
    ['closed before an answer', 'reset-before-answer', (socket) => socket.end()],
    ['reset before an answer', 'reset-before-answer', (socket) => socket.resetAndDestroy()],
    [
      'closed within the headers',
      'reset-within-answer',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'),
    ],
    [
      'closed within a body of a stated length',
      'reset-within-answer',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{"stacks"'),
    ],
    [
      'reset within a body of a stated length on a connection to be closed',
      'reset-within-answer',
      (socket) =>
        socket.write(
          'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 30\r\n\r\n{"stacks"',
          () => socket.resetAndDestroy(),
        ),
    ],
    [
      'closed within a chunked body',
      'reset-within-answer',
      (socket) =>
        socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"stacks"\r\n'),
    ],
    [
      'closed within a chunked body on a connection to be closed',
      'reset-within-answer',
      (socket) =>
        socket.end(
          'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"stacks"\r\n',
        ),
    ],
  ];
  for (const [title, outcome, script] of breaks) {
    test(`over a ${connection} connection: ${title}`, async (t) => {
      await using server = await tcpServer(script);
      const result = await ask(server.origin, { connection });
      t.is(result.outcome, outcome, result.detail);
      t.is(server.connections(), 1, 'it was tried again');
    });
  }

  test(`over a ${connection} connection: no answer, or half of one, in time`, async (t) => {
    for (const start of ['', 'HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{"stacks"']) {
      await using server = await tcpServer((socket) => socket.write(start));
      const result = await ask(server.origin, { connection, timeoutMs: 60 });
      t.is(result.outcome, 'timeout');
      t.true(result.doneAt - result.sentAt >= 59);
      t.true(result.doneAt - result.sentAt < 1000);
    }
  });
}

test('a new connection is closed after its answer, a kept one after a time-out', async (t) => {
  await using answering = await httpServer((_, response) => response.end('{"stacks": []}'));
  await using silent = await tcpServer(() => undefined);
  await using fresh = client(answering.origin, 'new');
  await using kept = client(silent.origin, 'reused', 50);
  t.is((await fresh.send(LIST)).outcome, 'served');
  await answering.deserted();
  t.is((await kept.send(LIST)).outcome, 'timeout');
  await silent.deserted();
});

test('a name that cannot be found', async (t) => {
  t.is((await ask('http://no..name:80')).outcome, 'dns');
});

test('a peer without TLS', async (t) => {
  await using server = await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  t.is((await ask(server.origin.replace('http:', 'https:'))).outcome, 'tls');
});

test('a 5xx comes from the service if a server behind the load balancer sent it, otherwise from the load balancer', async (t) => {
  await using server = await httpServer((request, response) => {
    if (request.url === '/service') {
      response.setHeader('x-rollgate-server', 'node1/heat-api');
    }
    response.writeHead(503).end('No server\n is available');
  });
  const service = await ask(server.origin, {}, { path: '/service' });
  t.is(service.outcome, '5xx-service');
  t.is(service.server, 'node1/heat-api');
  const balancer = await ask(server.origin, {}, { path: '/balancer' });
  t.is(balancer.outcome, '5xx-balancer');
  t.is(balancer.status, 503);
  t.is(balancer.detail, 'No server is available');
});

test('without a load balancer, each 5xx comes from the service', async (t) => {
  await using server = await httpServer((_, response) => response.writeHead(500).end());
  await using direct = client(server.origin, 'new');
  t.is((await direct.send(LIST)).outcome, '5xx-service');
});

test('a status other than the expected one is unexpected, and a redirect is not followed', async (t) => {
  await using server = await httpServer((_, response) =>
    response.writeHead(302, { Location: '/v1/stacks' }).end(),
  );
  const result = await ask(server.origin);
  t.is(result.outcome, 'unexpected-status');
  t.is(result.status, 302);
});

test('the expected status with another body is a wrong body, and the check says why', async (t) => {
  await using server = await httpServer((_, response) => response.end('<html>'));
  const result = await ask(server.origin);
  t.is(result.outcome, 'wrong-body');
  t.is(result.detail, 'no stacks in the body');
});

test('bytes that are not HTTP are a wrong body', async (t) => {
  await using server = await tcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  t.is((await ask(server.origin)).outcome, 'wrong-body');
});

test('a body is sent', async (t) => {
  await using server = await httpServer((request, response) => {
    request.pipe(response);
  });
  const result = await ask(server.origin, {}, { method: 'POST', body: '{"stacks": 1}' });
  t.is(result.body, '{"stacks": 1}');
});

for (const [connection, expected] of [
  ['new', 3],
  ['reused', 1],
] as const) {
  test(`three requests one after the other over ${connection} connections take ${expected}`, async (t) => {
    await using server = await httpServer((_, response) => response.end('{"stacks": []}'));
    await using asking = client(server.origin, connection);
    for (let i = 0; i < 3; i += 1) {
      t.is((await asking.send(LIST)).outcome, 'served');
      // undici takes a connection as free one turn after its answer.
      await turn();
    }
    t.is(server.connections(), expected);
  });
}

test('a kept connection that the server breaks on its second request is a reset, not tried again', async (t) => {
  let requests = 0;
  await using server = await httpServer((request, response) => {
    requests += 1;
    if (requests === 2) {
      request.socket.destroy();
    } else {
      response.end('{"stacks": []}');
    }
  });
  await using kept = client(server.origin, 'reused');
  t.is((await kept.send(LIST)).outcome, 'served');
  t.is((await kept.send(LIST)).outcome, 'reset-before-answer');
  t.is(requests, 2);
});

for (const [code, outcome] of [
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['EHOSTUNREACH', 'connect-refused'],
  ['ENETUNREACH', 'connect-refused'],
  ['EPIPE', 'reset-before-answer'],
  ['EAI_AGAIN', 'dns'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
] as const) {
  test(`${code} is ${outcome}`, (t) => {
    t.is(outcomeOfError(Object.assign(new Error('failed'), { code }), 'nothing'), outcome);
  });
}

test('a lack of local ports or descriptors is not an outcome of a request', (t) => {
  const error = Object.assign(new Error('connect EADDRNOTAVAIL'), { code: 'EADDRNOTAVAIL' });
  t.throws(() => outcomeOfError(error, 'nothing'), { code: 'client-exhausted' });
});

test('a request that cannot be made is a bug, not an outcome', async (t) => {
  await t.throwsAsync(ask(await refusingOrigin(), {}, { path: 'no slash' }), {
    code: 'UND_ERR_INVALID_ARG',
  });
});

test('a closed client breaks off what is in flight and sends nothing more', async (t) => {
  const asked = Promise.withResolvers<void>();
  await using server = await tcpServer(() => asked.resolve());
  for (const connection of CONNECTIONS) {
    const closing = client(server.origin, connection, 20_000);
    const inFlight = t.throwsAsync(closing.send(LIST), { code: 'client-closed' });
    await asked.promise;
    await closing.close();
    await inFlight;
    await t.throwsAsync(closing.send(LIST), { code: 'client-closed' });
  }
});
