import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import Docker from 'dockerode';
import { importOutput } from '../../../src/containers/images/bootstrap.ts';
import { BuildReader } from '../../../src/containers/images/build-stream.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const directory = temporaryFolder();

/** A container engine's socket. */
async function engineThat(
  t: ExecutionContext,
  name: string,
  answer: RequestListener,
): Promise<{ readonly docker: Docker; readonly server: Server }> {
  const server = createServer(answer);
  const socketPath = join(directory, name);
  server.listen(socketPath);
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { docker: new Docker({ socketPath }), server };
}

function printing(script: string): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
}

const reader = (): BuildReader => new BuildReader('base:trixie', () => undefined);
const OPTIONS = { changes: 'LABEL made=here' };
const ENDLESS =
  "const out = () => { while (process.stdout.write('x'.repeat(65536))); process.stdout.once('drain', out); }; out();";

test('the engine is asked for the import of a suite when there is output, and not before', async (t) => {
  let bytes = 0;
  let connections = 0;
  const { docker, server } = await engineThat(t, 'slow.sock', (request, response) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => response.end(`{"status":"sha256:${'a'.repeat(64)}"}\n`));
  });
  server.on('connection', () => (connections += 1));
  const go = join(directory, 'go');
  const child = printing(`
    const { existsSync } = require('node:fs');
    const look = () => existsSync(${JSON.stringify(go)})
      ? process.stdout.write('x'.repeat(300_000))
      : setTimeout(look, 10);
    console.error('still unpacking');
    look();
  `);
  const imported = reader();
  const importing = importOutput(docker, child, imported, OPTIONS);
  await once(child.stderr, 'data');
  t.is(connections, 0);
  await writeFile(go, '');
  t.is(await importing, undefined);
  t.is(imported.id, `sha256:${'a'.repeat(64)}`);
  t.is(bytes, 300_000);
});

for (const [what, answer, message] of [
  [
    'refuses',
    (_request, response) => response.writeHead(500).end('{"message":"no space left"}'),
    /no space left/,
  ],
  [
    'reads no longer and refuses',
    (_request, response) => {
      setTimeout(() => response.writeHead(500).end('{"message":"no space left"}'), 200);
    },
    /no space left/,
  ],
  ['hangs up on', (request) => request.socket.destroy(), /hang up|ECONNRESET|EPIPE/],
] as const satisfies readonly (readonly [string, RequestListener, RegExp])[]) {
  test(`a suite that the engine ${what} ends with its reason, and its process is stopped`, async (t) => {
    const { docker } = await engineThat(t, `${what.replaceAll(' ', '-')}.sock`, answer);
    const child = printing(ENDLESS);
    t.regex((await importOutput(docker, child, reader(), OPTIONS)) ?? '', message);
    t.is(child.signalCode, 'SIGTERM');
  });
}

test('a suite that could not be made has the exit status and the engine’s answer', async (t) => {
  const { docker } = await engineThat(t, 'cut.sock', (request, response) => {
    request.resume().on('end', () => response.writeHead(500).end('{"message":"unexpected EOF"}'));
  });
  const child = printing('process.exitCode = 25');
  const problem = await importOutput(docker, child, reader(), OPTIONS);
  t.regex(problem ?? '', /mmdebstrap ended with 25.*unexpected EOF/);
});
