import test from 'ava';
import { systemClock } from '../../../src/load/clock.ts';
import { RenewedTokens } from '../../../src/load/http/credentials.ts';
import { createHttpClient } from '../../../src/load/http/http-client.ts';
import type { RequestSpec } from '../../../src/load/http/request.ts';
import { httpServer } from '../scripted-server.ts';

const LIST: RequestSpec = {
  operation: 'GET stacks',
  method: 'GET',
  path: '/v1/stacks',
  headers: { 'x-auth-token': 'old' },
  expect: [200],
};

/** A service that takes some tokens, and a client of a user who can get new ones. */
async function service({ valid, next }: { valid: readonly string[]; next: readonly string[] }) {
  const seen: { token: unknown; id: unknown }[] = [];
  const server = await httpServer((request, response) => {
    const token = request.headers['x-auth-token'];
    seen.push({ token, id: request.headers['x-openstack-request-id'] });
    response.statusCode = valid.some((one) => one === token) ? 200 : 401;
    response.end('{}');
  });
  let renewals = 0;
  const credentials = new RenewedTokens(
    new Map([
      [
        'old',
        async () => {
          const token = next[renewals];
          renewals += 1;
          if (token === undefined) throw new Error('Keystone refuses');
          return token;
        },
      ],
    ]),
  );
  const client = createHttpClient({
    origin: server.origin,
    connection: 'new',
    // No time-out is tried here: other tests of this process may hold its event loop for seconds.
    timeoutMs: 30_000,
    clock: systemClock,
    credentials,
  });
  const close = async (): Promise<void> => {
    await client.close();
    await server[Symbol.asyncDispose]();
  };
  return { client, seen, renewals: () => renewals, [Symbol.asyncDispose]: close };
}

test('a 401 gets a new token once, and the same request is sent once more with it', async (t) => {
  await using its = await service({ valid: ['new'], next: ['new'] });
  const result = await its.client.send(LIST);
  t.like(result, { outcome: 'served', status: 200, reauthenticated: true });
  t.deepEqual(its.seen, [
    { token: 'old', id: result.id },
    { token: 'new', id: result.id },
  ]);
  // The token is kept: the next request needs no second try.
  const later = await its.client.send(LIST);
  t.is(later.reauthenticated, undefined);
  t.deepEqual([its.seen.length, its.renewals()], [3, 1]);
});

test('requests that are refused at the same time share one new token', async (t) => {
  await using its = await service({ valid: ['new'], next: ['new'] });
  const results = await Promise.all([1, 2, 3, 4].map(() => its.client.send(LIST)));
  t.deepEqual(
    results.map(({ outcome }) => outcome),
    results.map(() => 'served'),
  );
  t.is(its.renewals(), 1);
});

test('if the new token is refused too, the request is lost with 401 and is not sent a third time', async (t) => {
  await using its = await service({ valid: [], next: ['new', 'newer'] });
  const result = await its.client.send(LIST);
  t.like(result, { outcome: 'unexpected-status', status: 401, reauthenticated: true });
  t.is(its.seen.length, 2);
});

test('if Keystone gives no token, the outcome is the 401', async (t) => {
  await using its = await service({ valid: [], next: [] });
  const result = await its.client.send(LIST);
  t.like(result, { outcome: 'unexpected-status', status: 401 });
  t.is(result.reauthenticated, undefined);
  t.is(its.seen.length, 1);
});

test('an expected 401, or one without our token, does not cause a new token', async (t) => {
  await using its = await service({ valid: [], next: ['new'] });
  t.is((await its.client.send({ ...LIST, expect: [401] })).outcome, 'served');
  await its.client.send({ ...LIST, headers: {} });
  await its.client.send({ ...LIST, headers: { 'x-auth-token': 'of somebody else' } });
  t.is(its.renewals(), 0);
});
