import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import { cloudToken, endpointOf } from '../../../src/watch/cloud/catalogue.ts';
import { loginFrom } from '../../../src/watch/cloud/login.ts';

/** A request for a token to a server with this answer. */
async function askOne(answer: (response: ServerResponse) => void): Promise<unknown> {
  const server = createServer((_, response) => answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const values = { auth_url: `http://127.0.0.1:${port}/v3`, username: 'u', project_name: 'p' };
  const login = await loginFrom(
    { ...values, password: 'top-secret' },
    { where: 'test', serviceType: 'orchestration' },
  );
  try {
    return await cloudToken(login);
  } catch (error) {
    return error;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const token = { 'x-subject-token': 'abc' };

for (const [name, answer] of Object.entries({
  'an answer that is no JSON': (response) => response.writeHead(201, token).end('<html>'),
  'an empty answer': (response) => response.writeHead(201, token).end(),
  'an answer without a project': (response) => response.writeHead(201, token).end('{"token":{}}'),
  'JSON of another program': (response) => response.writeHead(201, token).end('[1,2]'),
  'no token': (response) => response.writeHead(201).end('{}'),
  'a refusal': (response) => response.writeHead(401).end('no'),
  'an answer that is cut off': (response) => {
    response.writeHead(201, { ...token, 'content-length': '500' }).write('{"token"');
    response.destroy();
  },
} satisfies Record<string, (response: ServerResponse) => unknown>)) {
  test(`instead of Keystone, ${name} answers: the error names it, without the password`, async (t) => {
    const error = await askOne(answer);
    t.true(error instanceof RollgateError, String(error));
    if (!(error instanceof RollgateError)) return;
    t.regex(error.code, /^cloud-(refused|unreachable)$/);
    t.false(`${error.message}${error.hint ?? ''}${error.detail ?? ''}`.includes('top-secret'));
  });
}

const TOKEN_OF = (id: string) =>
  JSON.stringify({ token: { project: { id, name: 'p' }, user: { name: 'u' } } });

for (const [name, code, kind, answer] of [
  ['a gateway without a server', 'cloud-unreachable', 'harness', { status: 502, body: '<html>' }],
  ['an overloaded Keystone', 'cloud-unreachable', 'harness', { status: 503, body: '' }],
  ['a page', 'cloud-refused', 'usage', { status: 200, body: '<html>' }],
  ['a redirection', 'cloud-refused', 'usage', { status: 302, body: '' }],
  ['a wrong password', 'cloud-refused', 'usage', { status: 401, body: '{}' }],
  [
    'a project whose id is a path',
    'cloud-refused',
    'usage',
    { status: 201, body: TOKEN_OF('../x y') },
  ],
  ['no end', 'cloud-refused', 'usage', { status: 201, body: 'x'.repeat(2 * 2 ** 20) }],
] as const) {
  test(`instead of a token, ${name}: the error says who has to act`, async (t) => {
    const { status, body } = answer;
    const error = await askOne((response) => response.writeHead(status, token).end(body));
    t.like(error, { code, kind });
  });
}

test('an address that no client can connect to is refused', async (t) => {
  const values = { auth_url: 'http://k', username: 'u', project_name: 'p', password: 'p' };
  const login = await loginFrom(values, { where: 'test', serviceType: 'orchestration' });
  for (const url of ['file:///etc/passwd', 'javascript:x', 'ftp://h/', 'unix:///x', '/v1', '']) {
    const catalogue = [{ type: 'orchestration', endpoints: [{ interface: 'public', url }] }];
    t.throws(() => endpointOf(login, { catalogue }, { type: 'orchestration', apiPath: '/v1/p' }), {
      code: 'no-endpoint',
      message: /is not an http\(s\) one/,
    });
  }
});
