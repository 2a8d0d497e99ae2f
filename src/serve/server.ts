import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isError, reasonOf, RollgateError } from '../errors.ts';
import { answerRequest, type Served } from './answer-request.ts';
import { problemAnswer, type ServedAnswer } from './answer.ts';
import { servedFolder } from './find-runs.ts';
import { ListedRuns } from './listed-runs.ts';

export interface ServeOptions {
  /** A run folder, or a folder of them. */
  readonly folder: string;
  /** 0 means a free one. */
  readonly port: number;
  /** How long the list waits for runs that are not read yet, in milliseconds. Default: 1500. */
  readonly patienceMs?: number;
  /** Gets the errors of requests that are not the client's fault. */
  readonly onFailure: (error: unknown) => void;
}

export interface RunServer extends AsyncDisposable {
  /** `http://127.0.0.1:41234/` */
  readonly url: string;
}

const LOOPBACK = '127.0.0.1';

/**
 * Serves the pages of a folder of runs on loopback. It reads, and changes nothing.
 *
 * @throws RollgateError `no-run` for a path that is not a folder, `port-unusable`.
 */
export async function serveRuns({
  folder,
  port,
  patienceMs = 1500,
  onFailure,
}: ServeOptions): Promise<RunServer> {
  const path = await servedFolder(folder);
  const stopped = new AbortController();
  const runs = new ListedRuns({ folder: path, patienceMs, signal: stopped.signal });
  const served: Served = { folder: path, runs };
  const server = createServer((request, response) => {
    respond(served, request, response, stopped.signal).catch((error: unknown) => {
      response.destroy();
      // The client has gone away.
      if (!isClosed(error)) onFailure(error);
    });
  });
  await listen(server, port);
  return {
    url: `http://${LOOPBACK}:${portOf(server)}/`,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen({ host: LOOPBACK, port });
    await once(server, 'listening');
  } catch (cause) {
    throw new RollgateError('port-unusable', `cannot listen on port ${port}: ${reasonOf(cause)}`, {
      kind: 'usage',
      hint: 'Name another port with --port, or leave it out to take a free one.',
      cause,
    });
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return isAddress(address) ? address.port : 0;
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function respond(
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
  stopped: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, stopped]);
  const answer = refusalOf(request) ?? (await answerRequest(served, request.url ?? '', signal));
  response.writeHead(answer.status, headersOf(answer));
  if (request.method === 'HEAD') {
    response.end();
  } else if (typeof answer.body === 'string' || answer.body instanceof Uint8Array) {
    response.end(answer.body);
  } else {
    await pipeline(Readable.from(answer.body), response, { signal });
  }
}

/** Requests that are refused immediately. */
function refusalOf({ method, headers }: IncomingMessage): ServedAnswer | undefined {
  if (method !== 'GET' && method !== 'HEAD') {
    const refused = problemAnswer(405, 'Read only', 'Only GET and HEAD are answered.');
    return { ...refused, headers: { allow: 'GET, HEAD' } };
  }
  // The name of a page elsewhere may resolve to loopback, and that page could then read the served
  // runs.
  const host = headers.host?.replace(/:\d+$/, '');
  if (host === LOOPBACK || host === 'localhost') return undefined;
  return problemAnswer(421, 'Wrong host', 'Only 127.0.0.1 and localhost are answered.');
}

function headersOf({ type, policy, headers }: ServedAnswer): Readonly<Record<string, string>> {
  return {
    'content-type': type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
    ...headers,
  };
}

const CLOSED = ['ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE', 'EPIPE', 'ECONNRESET'];

function isClosed(error: unknown): boolean {
  return isError(error) && 'code' in error && CLOSED.includes(String(error.code));
}
