import { execFileSync } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import type { RequestOutcome } from '../../src/events/families/request.ts';
import { systemClock } from '../../src/load/clock.ts';
import { ownAddress } from './own-address.ts';

/** A way to fail, as the client must call it. */
export type Failure = Exclude<RequestOutcome, 'served' | 'client-failed'>;

/** Serves, except in the intervals in which it has to fail. Times are the system clock's. */
export interface FailingServer extends AsyncDisposable {
  readonly origin: string;
  /** Fails from the time that it gives on. */
  fail(): Promise<number>;
  /** Serves again from the time that it gives on. */
  recover(): Promise<number>;
}

export const SERVER_HEADER = 'x-scripted-server';
export const BODY = '{"stacks": []}';
const HOST = '127.0.0.1';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const serve: Answer = (_, response) => {
  response.setHeader(SERVER_HEADER, 'node1/heat-api').end(BODY);
};

/** How a server answers while it fails; the others fail before a request comes in. */
const ANSWERS: Readonly<Record<Exclude<Failure, 'connect-refused' | 'dns' | 'tls'>, Answer>> = {
  'reset-before-answer': ({ socket }) => socket.resetAndDestroy(),
  'reset-within-answer': ({ socket }, response) => {
    response.writeHead(200, { 'content-length': BODY.length });
    response.write(BODY.slice(0, 5), () => socket.destroy());
  },
  timeout: () => undefined,
  '5xx-service': (_, response) => {
    response.writeHead(500, { [SERVER_HEADER]: 'node1/heat-api' }).end('sorry');
  },
  '5xx-balancer': (_, response) => {
    response.writeHead(503).end('No server is available');
  },
  'unexpected-status': (_, response) => {
    response.writeHead(404, { [SERVER_HEADER]: 'node1/heat-api' }).end('not found');
  },
  'wrong-body': (_, response) => {
    response.setHeader(SERVER_HEADER, 'node1/heat-api').end('<html>');
  },
  'wrong-headers': (_, response) => {
    response
      .setHeader(SERVER_HEADER, 'node1/heat-api')
      .setHeader('content-type', 'text/plain')
      .end(BODY);
  },
};

export async function failingServer(failure: Failure): Promise<FailingServer> {
  if (failure === 'connect-refused') return refusing();
  if (failure === 'dns') return nameless();
  if (failure === 'tls') return withoutTls();
  let answer = serve;
  const server = await listening(createHttpServer((...both) => answer(...both)));
  return {
    origin: `http://${HOST}:${server.port}`,
    fail() {
      answer = ANSWERS[failure];
      return now();
    },
    recover() {
      answer = serve;
      return now();
    },
    async [Symbol.asyncDispose]() {
      await server.close();
    },
  };
}

/** The port has no listener meanwhile, and earlier connections are closed. */
async function refusing(): Promise<FailingServer> {
  const host = ownAddress();
  let server = await listening(createHttpServer(serve), { host });
  const { port } = server;
  return {
    origin: `http://${host}:${port}`,
    async fail() {
      const from = systemClock.now();
      await server.close();
      return from;
    },
    async recover() {
      server = await listening(createHttpServer(serve), { host, port });
      return systemClock.now();
    },
    async [Symbol.asyncDispose]() {
      await server.close();
    },
  };
}

/** Its name cannot be found meanwhile; connections of before do not need it. */
async function nameless(): Promise<FailingServer> {
  const server = await listening(createHttpServer(serve));
  const name = `port-${server.port}.scripted.test`;
  let known = true;
  const lookup = dns.lookup;
  // The resolver's answer is replaced at the place where Node's sockets ask for it.
  dns.lookup = ((
    asked: string,
    options: dns.LookupAllOptions,
    done: (...all: unknown[]) => void,
  ) => {
    if (asked !== name) return lookup(asked, options, done);
    if (known) process.nextTick(done, null, [{ address: HOST, family: 4 }]);
    else process.nextTick(done, Object.assign(new Error('no name'), { code: 'ENOTFOUND' }));
  }) as typeof dns.lookup;
  return {
    origin: `http://${name}:${server.port}`,
    fail() {
      known = false;
      return now();
    },
    recover() {
      known = true;
      return now();
    },
    async [Symbol.asyncDispose]() {
      dns.lookup = lookup;
      await server.close();
    },
  };
}

/** It shows an untrusted certificate meanwhile, and earlier connections are closed. */
async function withoutTls(): Promise<FailingServer> {
  const [trusted, other] = [selfSigned(), selfSigned()];
  setDefaultCACertificates([trusted.cert]);
  const speaking = createHttpsServer(trusted, serve);
  const server = await listening(speaking, { opened: 'secureConnection' });
  return {
    origin: `https://localhost:${server.port}`,
    fail() {
      speaking.setSecureContext(other);
      server.breakConnections();
      return now();
    },
    recover() {
      speaking.setSecureContext(trusted);
      return now();
    },
    async [Symbol.asyncDispose]() {
      await server.close();
    },
  };
}

/** A certificate for `localhost`. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const directory = mkdtempSync(join(tmpdir(), 'rollgate-tls-'));
  try {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', cert, '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'pipe' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function now(): Promise<number> {
  return systemClock.now();
}

async function listening(server: Server, { host = HOST, port = 0, opened = 'connection' } = {}) {
  const sockets = new Set<Socket>();
  server.on(opened, (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  const breakConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    breakConnections,
    async close() {
      const closed = once(server, 'close');
      server.close();
      breakConnections();
      await closed;
    },
  };
}
