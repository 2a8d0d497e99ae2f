import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface ScriptedServer extends AsyncDisposable {
  readonly origin: string;
  /** Connections accepted so far. */
  connections(): number;
  /** Resolves when none of them is open. */
  deserted(): Promise<void>;
}

/** An HTTP server on a free port of loopback. A script decides each answer. */
export async function httpServer(listener: RequestListener): Promise<ScriptedServer> {
  return listening(createHttpServer({ keepAliveTimeout: 60_000 }, listener));
}

/** A TCP server that does `script` with each connection as soon as a request came in. */
export async function tcpServer(script: (socket: Socket) => void): Promise<ScriptedServer> {
  return listening(
    createTcpServer((socket) => {
      socket.once('data', () => script(socket));
    }),
  );
}

/** The origin of a port of loopback without a listener. */
export async function refusingOrigin(): Promise<string> {
  const server = await tcpServer(() => undefined);
  await server[Symbol.asyncDispose]();
  return server.origin;
}

async function listening(server: Server): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    // The peer may break off, too.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    async deserted() {
      for (const socket of sockets) {
        await once(socket, 'close');
      }
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
      await closed;
    },
  };
}
