import { randomUUID } from 'node:crypto';
import { Client, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { RollgateError } from '../../errors.ts';
import type { RequestOutcome } from '../../events/families/request.ts';
import type { RequestId } from '../../events/fields.ts';
import type { Clock } from '../clock.ts';
import type { Credentials } from './credentials.ts';
import { describeError, outcomeOfAnswer, outcomeOfError } from './outcome.ts';
import type { Expectation, Progress, ResponseHeaders } from './outcome.ts';

/** A request, and its expected answer. */
export interface RequestSpec extends Expectation {
  /** For the events, e.g. `GET stacks`. */
  readonly operation: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Its `X-OpenStack-Request-ID`. Default: a random one. */
  readonly id?: RequestId;
}

/** A request id in the form that OpenStack's services accept from a client: `req-` and a UUID. */
export function newRequestId(randomId: () => string = randomUUID): RequestId {
  return `req-${randomId()}`;
}

/** Times are the clock's, in milliseconds. */
export interface HttpResult {
  /** `X-OpenStack-Request-ID` of the request. */
  readonly id: RequestId;
  readonly operation: string;
  readonly connection: Connection;
  readonly outcome: RequestOutcome;
  readonly status?: number;
  /** The server that the load balancer chose, as it names it. */
  readonly server?: string;
  readonly headers: ResponseHeaders;
  /** The part that arrived. */
  readonly body: string;
  /** When the request was handed to the network: for a new connection, before connecting. */
  readonly sentAt: number;
  readonly firstByteAt?: number;
  readonly doneAt: number;
  /** The error, the fault of the body, or the body's start. */
  readonly detail?: string;
  /** It was first refused with 401, and sent again with a new token. */
  readonly reauthenticated?: true;
  /** Why its outcome shows nothing of the service: another user deleted its object. */
  readonly unobserved?: string;
}

/** How a server's certificate is checked. */
export interface Tls {
  /** Trusted certificates, in PEM. Default: those that Node trusts. */
  readonly ca?: string;
  /** Default: true. */
  readonly rejectUnauthorized?: boolean;
}

/** A new connection for each request, or kept connections. */
export type Connection = 'new' | 'reused';

export interface HttpClientOptions {
  /** E.g. `http://127.0.0.1:8004`. */
  readonly origin: string;
  readonly connection: Connection;
  /** For one request from connecting to the body's last byte. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /**
   * The header by which the load balancer names the server that answered, e.g. `x-rollgate-server`:
   * an answer without it is the load balancer's own. Left out if there is no load balancer: then
   * each answer comes from the service.
   */
  readonly serverHeader?: string;
  /**
   * A header that each answer of the service has, and no answer of a proxy itself. Default:
   * `serverHeader`.
   */
  readonly answerHeader?: string;
  /** How the server's certificate is checked. Default: by the certificates that Node trusts. */
  readonly tls?: Tls | undefined;
  /** Renews a token that is refused with 401. Left out: the 401 is the outcome. */
  readonly credentials?: Credentials | undefined;
  /** A UUID version 4. */
  readonly randomId?: () => string;
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

/** One request over a dispatcher, with its own deadline. */
function exchange(
  dispatcher: Dispatcher,
  spec: RequestSpec,
  options: HttpClientOptions,
): Promise<HttpResult> {
  const { clock, connection, timeoutMs, serverHeader, randomId = randomUUID } = options;
  const { answerHeader = serverHeader } = options;
  const id = spec.id ?? newRequestId(randomId);
  const chunks: Buffer[] = [];
  let controller: Dispatcher.DispatchController | undefined;
  let status: number | undefined;
  let headers: ResponseHeaders = {};
  let firstByteAt: number | undefined;
  let settled = false;

  const { promise, resolve, reject } = Promise.withResolvers<HttpResult>();
  const sentAt = clock.now();

  const settle = (
    judge: () => { readonly outcome: RequestOutcome; readonly detail?: string },
  ): void => {
    if (settled) {
      return;
    }
    settled = true;
    clearTimeout(deadline);
    try {
      const server = serverHeader === undefined ? undefined : headers[serverHeader.toLowerCase()];
      resolve({
        id,
        operation: spec.operation,
        connection,
        ...(status === undefined ? {} : { status }),
        ...(typeof server === 'string' ? { server } : {}),
        headers,
        body: body(),
        sentAt,
        ...(firstByteAt === undefined ? {} : { firstByteAt }),
        doneAt: clock.now(),
        ...judge(),
      });
    } catch (error) {
      reject(error);
    }
  };
  const body = (): string => Buffer.concat(chunks).toString();
  const progress = (): Progress => (firstByteAt === undefined ? 'nothing' : 'answering');

  const deadline = setTimeout(() => {
    settle(() => ({
      outcome: 'timeout',
      detail: `no complete answer within ${timeoutMs} ms${status === undefined ? '' : `, only the headers of a ${status}`}`,
    }));
    controller?.abort(new Error('deadline'));
  }, timeoutMs);

  dispatcher.dispatch(
    {
      method: spec.method,
      path: spec.path,
      headers: { ...spec.headers, 'X-OpenStack-Request-ID': id },
      body: spec.body ?? null,
    },
    {
      onRequestStart(started) {
        controller = started;
        if (settled) {
          // Its time was up while it still waited for a connection, so it must not be sent now.
          started.abort(new Error('deadline'));
        }
      },
      onResponseStarted() {
        firstByteAt ??= clock.now();
      },
      onResponseStart(_, statusCode, responseHeaders) {
        status = statusCode;
        headers = responseHeaders;
      },
      onResponseData(_, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        settle(() =>
          outcomeOfAnswer(
            {
              status: status ?? 0,
              headers,
              fromServer: answerHeader === undefined || answerHeader.toLowerCase() in headers,
              body: body(),
            },
            spec,
          ),
        );
      },
      onResponseError(_, error) {
        settle(() => {
          if (error instanceof RollgateError) {
            throw error;
          }
          return { outcome: outcomeOfError(error, progress()), detail: describeError(error) };
        });
      },
    },
  );
  return promise;
}
