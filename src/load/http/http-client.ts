import { Client, Pool, type Dispatcher } from 'undici';
import { RollgateError } from '../../errors.ts';
import type { Credentials } from './credentials.ts';
import { exchange, type ExchangeOptions } from './exchange.ts';
import type { HttpResult, RequestSpec } from './request.ts';

/** How a server's certificate is checked. */
export interface Tls {
  /** Trusted certificates, in PEM. Default: those that Node trusts. */
  readonly ca?: string;
  /** Default: true. */
  readonly rejectUnauthorized?: boolean;
}

export interface HttpClientOptions extends ExchangeOptions {
  /** E.g. `http://127.0.0.1:8004`. */
  readonly origin: string;
  /** How the server's certificate is checked. Default: by the certificates that Node trusts. */
  readonly tls?: Tls | undefined;
  /** Renews a token that is refused with 401. Left out: the 401 is the outcome. */
  readonly credentials?: Credentials | undefined;
  /**
   * Closes a kept connection that was idle for this long. It must be shorter than the server's own
   * limit, otherwise requests get lost on connections that the server is just closing.
   */
  readonly idleMs?: number;
}

/**
 * Sends each request exactly once: never retries, never follows a redirect. Only after a 401 it
 * does what users' clients do, and sends the same request again with a new token.
 */
export interface HttpClient extends AsyncDisposable {
  /**
   * Any behaviour of the network is a result. The time-out is in real time.
   *
   * @throws RollgateError `client-exhausted`, `client-closed`.
   */
  send(spec: RequestSpec): Promise<HttpResult>;
  /** Closes the connections at once; requests in flight fail with `client-closed`. */
  close(): Promise<void>;
}

/** A client of one connection kind that measures each request. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { origin, connection, timeoutMs, idleMs = 4000 } = options;
  const common = {
    allowH2: false,
    pipelining: 1,
    connect: { timeout: timeoutMs, ...options.tls },
    // The client's own deadline covers them.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const pool =
    connection === 'reused'
      ? new Pool(origin, { ...common, keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs })
      : undefined;
  const single = new Set<Client>();
  let closed = false;

  return {
    async send(spec) {
      if (closed) {
        throw closedError();
      }
      if (pool !== undefined) {
        return authenticated(pool, spec, options);
      }
      // Not undici's `pipelining: 0`: with its `Connection: close`, a broken connection would end
      // an answer without a length, but without an error.
      const client = new Client(origin, common);
      single.add(client);
      try {
        return await authenticated(client, spec, options);
      } finally {
        single.delete(client);
        void client.destroy(OVER);
      }
    },
    async close() {
      closed = true;
      const error = closedError();
      const open = [...(pool === undefined ? [] : [pool]), ...single];
      await Promise.all(open.map(async (each) => each.destroy(error)));
    },
    async [Symbol.asyncDispose]() {
      await this.close();
    },
  };
}

/** One error for all: undici's own has a stack trace that costs a twelfth of the request. */
const OVER = new Error('The connection was for one request.');

function closedError(): RollgateError {
  return new RollgateError('client-closed', 'The HTTP client was closed.');
}

/** One exchange; two if the first was refused with 401 and there is a new token. */
async function authenticated(
  dispatcher: Dispatcher,
  spec: RequestSpec,
  options: HttpClientOptions,
): Promise<HttpResult> {
  const { credentials } = options;
  if (credentials === undefined) return exchange(dispatcher, spec, options);
  const headers = credentials.current(spec.headers);
  const result = await exchange(dispatcher, { ...spec, headers }, options);
  const refused = result.status === 401 && result.outcome !== 'served';
  if (!refused || !(await credentials.renew(headers))) return result;
  const again = { ...spec, id: result.id, headers: credentials.current(spec.headers) };
  const second = await exchange(dispatcher, again, options);
  return { ...second, sentAt: result.sentAt, reauthenticated: true };
}
