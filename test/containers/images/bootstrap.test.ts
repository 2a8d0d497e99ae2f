import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import Docker from 'dockerode';
import { importOutput } from '../../../src/containers/images/bootstrap.ts';
import { BuildReader } from '../../../src/containers/images/build-stream.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const directory = temporaryFolder();

/** A container engine's socket that closes connections on which no request begins in time. */
async function engineThat(
  t: ExecutionContext,
  name: string,
  answer: RequestListener,
): Promise<Docker> {
  const server = createServer({ headersTimeout: 200, connectionsCheckingInterval: 50 }, answer);
  const socketPath = join(directory, name);
  server.listen(socketPath);
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Docker({ socketPath });
}

function printing(script: string): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
}

const reader = (): BuildReader => new BuildReader('base:trixie', () => undefined);
const OPTIONS = { changes: 'LABEL made=here' };
const ENDLESS =
  "const out = () => { while (process.stdout.write('x'.repeat(65536))); process.stdout.once('drain', out); }; out();";

test('a suite whose first output takes longer than the engine waits for a request is imported', async (t) => {
  let bytes = 0;
  const docker = await engineThat(t, 'slow.sock', (request, response) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => response.end(`{"status":"sha256:${'a'.repeat(64)}"}\n`));
  });
  const imported = reader();
  const child = printing("setTimeout(() => process.stdout.write('x'.repeat(300_000)), 1000)");
  t.is(await importOutput(docker, child, imported, OPTIONS), undefined);
  t.is(imported.id, `sha256:${'a'.repeat(64)}`);
  t.is(bytes, 300_000);
});

for (const [what, answer, message] of [
  [
    'refuses',
    (_request, response) => response.writeHead(500).end('{"message":"no space left"}'),
    /no space left/,
  ],
  ['hangs up on', (request) => request.socket.destroy(), /hang up|ECONNRESET|EPIPE/],
] as const satisfies readonly (readonly [string, RequestListener, RegExp])[]) {
  test(`a suite that the engine ${what} ends with its reason, and its process is stopped`, async (t) => {
    const docker = await engineThat(t, `${what}.sock`, answer);
    const child = printing(ENDLESS);
    t.regex((await importOutput(docker, child, reader(), OPTIONS)) ?? '', message);
    t.is(child.signalCode, 'SIGTERM');
  });
}

test('a suite that could not be made has the exit status and the engine’s answer', async (t) => {
  const docker = await engineThat(t, 'cut.sock', (request, response) => {
    request.resume().on('end', () => response.writeHead(500).end('{"message":"unexpected EOF"}'));
  });
  const child = printing('process.exitCode = 25');
  const problem = await importOutput(docker, child, reader(), OPTIONS);
  t.regex(problem ?? '', /mmdebstrap ended with 25.*unexpected EOF/);
});
