import { once } from 'node:events';
import { createServer } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { LabApi } from '../../src/api/lab-api.ts';
import { MeasuredClient } from '../../src/api/measured-client.ts';
import { systemClock } from '../../src/load/clock.ts';
import { ownClient } from '../../src/load/http/own-client.ts';

/** A server that notes the paths it is asked for, and its address with a project. */
async function asked(t: ExecutionContext) {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.setHeader('content-type', 'application/json').end('{"stacks": []}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { paths, origin: `http://127.0.0.1:${address.port}` };
}

test('a path with and without its slash is below the project', async (t) => {
  const { paths, origin } = await asked(t);
  await using api = new LabApi({ origin, prefix: '/v1/p', token: 'x' });
  await api.get('/stacks');
  await api.get('stacks');
  t.deepEqual(paths, ['/v1/p/stacks', '/v1/p/stacks']);
});

test('a measured client takes a path with and without its slash, and a whole URL', async (t) => {
  const { paths, origin } = await asked(t);
  const inner = ownClient({
    signal: new AbortController().signal,
    clock: systemClock,
    runStart: systemClock.now(),
    emit: () => {},
    serverHeader: 'x-server',
  });
  const client = new MeasuredClient(inner, { endpoint: `${origin}/v1/p`, token: 'x', env: {} });
  await client.fetch('/stacks');
  await client.fetch('stacks?limit=1');
  await client.fetch(`${origin}/healthcheck`);
  await client.fetch(new URL('/v1', origin));
  t.deepEqual(paths, ['/v1/p/stacks', '/v1/p/stacks?limit=1', '/healthcheck', '/v1']);
  // A rejected promise, which the user's `catch` gets, and not a thrown error.
  await t.throwsAsync(client.fetch('http://'), { instanceOf: TypeError });
});
