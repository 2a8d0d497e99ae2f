import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Docker from 'dockerode';
import { withLossNamed } from '../../src/containers/docker/lost-engine.ts';
import { isStatus } from '../../src/containers/http-status.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();
let sockets = 0;

/** A client of a server on its own socket; without a listener, nothing listens there. */
async function dockerAt(t: ExecutionContext, listener?: RequestListener): Promise<Docker> {
  sockets += 1;
  const socketPath = join(directory, `${sockets}.sock`);
  if (listener !== undefined) {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    t.teardown(() => server.close());
  }
  return withLossNamed(new Docker({ socketPath }), `unix://${socketPath}`);
}

test('an engine that has gone is named, with a remedy', async (t) => {
  const docker = await dockerAt(t);
  const error = await t.throwsAsync(docker.listContainers());
  t.like(error, {
    code: 'engine-unreachable',
    hint: 'Start it again. The next command removes what is left of the lab.',
  });
  t.regex(error.message, /^the container engine at unix:.* no longer answers: connect ENOENT/);
});

test('an engine that ends during a request is named', async (t) => {
  const docker = await dockerAt(t, (request) => request.socket.destroy());
  await t.throwsAsync(docker.getContainer('x').inspect(), {
    message: /no longer answers: socket hang up/,
  });
});

test('an answer with an error status stays what it is', async (t) => {
  const docker = await dockerAt(t, (_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"no such"}');
  });
  const error = await t.throwsAsync(docker.getContainer('x').inspect());
  t.true(isStatus(error, 404));
});

test('a request that is aborted stays aborted', async (t) => {
  const docker = await dockerAt(t, () => undefined);
  const controller = new AbortController();
  const stopped = docker.getContainer('x').stop({ t: 1, abortSignal: controller.signal });
  controller.abort();
  await t.throwsAsync(stopped, { name: 'AbortError' });
});
