import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'ava';
import { bodyOf, sendTo } from '../../src/infra/http-answer.ts';

test('an answer is asked for uncompressed, with the headers of the request', async (t) => {
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    response.end(`${request.headers['accept-encoding']} ${authorization}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') return t.fail();
  const response = await sendTo(`http://127.0.0.1:${address.port}/`, {
    headers: { authorization: 'Basic x' },
  });
  t.is(await bodyOf(response), 'identity Basic x');
});
