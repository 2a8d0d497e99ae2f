import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import { cloudToken } from '../../../src/watch/cloud/catalogue.ts';
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
