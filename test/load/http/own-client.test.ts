import { once } from 'node:events';
import { createServer } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import type { RunEvent } from '../../../src/events/event.ts';
import { systemClock } from '../../../src/load/clock.ts';
import { ownClient } from '../../../src/load/http/own-client.ts';

/** A client, a server that answers by path, and the events that came of it. */
async function measured(t: ExecutionContext) {
  const ids: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ids.push(request.headers['x-openstack-request-id']?.toString());
    switch (request.url ?? '') {
      case '/broken':
        response.writeHead(200, { 'content-length': 100 });
        response.write('part', () => request.socket.destroy());
        break;
      case '/balancer':
        response.writeHead(503).end('no server');
        break;
      case '/service':
        response.writeHead(500, { 'x-server': 'node1/heat-api' }).end('sorry');
        break;
      case '/missing':
        response.writeHead(404, { 'x-server': 'node1/heat-api' }).end('none');
        break;
      default:
        response.setHeader('x-server', 'node1/heat-api').end('{"stacks": []}');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const events: RunEvent[] = [];
  const over = new AbortController();
  const client = ownClient({
    signal: over.signal,
    clock: systemClock,
    runStart: systemClock.now(),
    emit: (event) => void events.push(event),
    serverHeader: 'x-server',
  });
  const at = (path: string): URL => new URL(path, `http://127.0.0.1:${address.port}`);
  const recorded = () =>
    events.map((event) =>
      event.type === 'request'
        ? `${event.operation}: ${event.outcome} ${event.server ?? '-'}`
        : event.type,
    );
  return {
    client,
    at,
    recorded,
    events,
    over,
    ids,
    closeServer: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('each request is recorded with its outcome, its server and the id with which it was sent', async (t) => {
  const { client, at, recorded, events, ids } = await measured(t);
  const answer = await client.fetch(at('/'));
  t.deepEqual(await answer.json(), { stacks: [] });
  for (const path of ['/missing', '/service', '/balancer']) await client.fetch(at(path));
  await t.throwsAsync(client.fetch(at('/broken'), { method: 'POST' }));
  t.deepEqual(recorded(), [
    'GET /: served node1/heat-api',
    'GET /missing: served node1/heat-api',
    'GET /service: 5xx-service node1/heat-api',
    'GET /balancer: 5xx-balancer -',
    'POST /broken: reset-before-answer -',
  ]);
  t.deepEqual(
    events.flatMap((event) => (event.type === 'request' ? [event.id] : [])),
    ids.map((id) => id ?? ''),
  );
  for (const event of events) t.is(event.type === 'request' ? event.probe : '', 'client');
});

test('a refused connection and the client’s own time-out are losses; an invalid call is not', async (t) => {
  const { client, at, recorded, closeServer } = await measured(t);
  const timedOut = AbortSignal.abort(new DOMException('', 'TimeoutError'));
  await t.throwsAsync(client.fetch(at('/'), { signal: timedOut }));
  await t.throwsAsync(client.fetch(at('/'), { method: 'GET', body: 'not allowed' }));
  // A port that no client may ask.
  await t.throwsAsync(client.fetch(new URL('http://127.0.0.1:1/')));
  await closeServer();
  await t.throwsAsync(client.fetch(at('/')));
  t.deepEqual(recorded(), ['GET /: timeout -', 'GET /: connect-refused -']);
});

test('any other call can be measured: an error that it throws is a loss, and is thrown on', async (t) => {
  const { client, recorded, events } = await measured(t);
  t.is(await client.measure('stack list', () => Promise.resolve(7)), 7);
  await t.throwsAsync(
    client.measure('stack create', () => Promise.reject(new Error('503'))),
    { message: '503' },
  );
  t.deepEqual(recorded(), ['stack list: served -', 'stack create: client-failed -']);
  t.like(events[1], { detail: '503' });
});

test('a request that is aborted because the load is over is not a loss', async (t) => {
  const { client, recorded, over } = await measured(t);
  over.abort();
  await t.throwsAsync(client.measure('stack list', () => Promise.reject(new Error('aborted'))));
  t.deepEqual(recorded(), []);
});
