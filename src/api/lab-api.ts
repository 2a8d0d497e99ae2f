import { RollgateError } from '../errors.ts';
import { SERVER_HEADER } from '../infra/haproxy.ts';
import { systemClock } from '../load/clock.ts';
import { createHttpClient, type HttpClient, type Tls } from '../load/http/http-client.ts';
import type { HttpResult } from '../load/http/request.ts';
import { withAll } from './in-full.ts';
import { withSlash } from './with-slash.ts';

/** Checks and types an answer's body: a Zod schema, or any object with a `parse` method. */
export interface BodySchema<T> {
  /** Returns the body with its type, or throws. */
  parse(body: unknown): T;
}

/**
 * Options of a request of `LabApi`.
 *
 * ```ts
 * import { Lab } from 'rollgate';
 *
 * await using lab = await Lab.attach('lab');
 * const api = await lab.api();
 * const template = { heat_template_version: '2018-08-31' };
 * await api.post('/stacks', { body: { stack_name: 'one', template }, expect: [201] });
 * ```
 */
export interface ApiRequestOptions<T = unknown> {
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent in addition to the token and the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that are not an error. Default: all of 200 to 299. */
  readonly expect?: readonly number[];
  /** Types the body. Default: the body is `unknown`. */
  readonly schema?: BodySchema<T>;
}

/** An answer of the API. */
export interface ApiResponse<T = unknown> {
  /** The status of HTTP. */
  readonly status: number;
  /** The parsed JSON, or the text if the body is not JSON. */
  readonly body: T;
  /** The `X-OpenStack-Request-ID` that was sent: the services' logs have it. */
  readonly requestId: string;
  /** The server that answered, e.g. `node1/heat-api`. */
  readonly server: string | undefined;
  /** By name, in lower case. */
  readonly headers: HttpResult['headers'];
}

export interface LabApiOptions {
  /** `http://127.0.0.1:PORT` of the api. */
  readonly origin: string;
  /** How its certificate is checked. */
  readonly tls?: Tls | undefined;
  /** Prefix of every request path; it includes the project. */
  readonly prefix: string;
  readonly token: string;
}

/**
 * Longer than the subject's own limit for calls to its engines, so that the subject's answer comes
 * first.
 */
const TIMEOUT_MS = 90_000;

/**
 * The subject's API through the load balancer, with a token and the project's path. Each call is
 * one request without a retry.
 *
 * ```ts
 * import { Lab } from 'rollgate';
 *
 * await using lab = await Lab.start({ series: '2025.1', topology: '1x1' });
 * const api = await lab.api();
 * const { body, server, requestId } = await api.get('/stacks');
 * console.log(body, server, requestId);
 * ```
 */
export class LabApi implements AsyncDisposable {
  readonly #client: HttpClient;
  readonly #options: LabApiOptions;

  constructor(options: LabApiOptions) {
    this.#options = options;
    this.#client = createHttpClient({
      origin: options.origin,
      tls: options.tls,
      connection: 'new',
      timeoutMs: TIMEOUT_MS,
      clock: systemClock,
      serverHeader: SERVER_HEADER,
    });
  }

  /** Reads an object or a list. See `request`. */
  get<T = unknown>(path: string, options?: ApiRequestOptions<T>): Promise<ApiResponse<T>> {
    return this.request('GET', path, options);
  }
  /** Creates an object, or asks for an action. See `request`. */
  post<T = unknown>(path: string, options?: ApiRequestOptions<T>): Promise<ApiResponse<T>> {
    return this.request('POST', path, options);
  }
  /** Replaces an object; updates a stack. See `request`. */
  put<T = unknown>(path: string, options?: ApiRequestOptions<T>): Promise<ApiResponse<T>> {
    return this.request('PUT', path, options);
  }
  /** Changes parts of an object; updates a stack with what it has. See `request`. */
  patch<T = unknown>(path: string, options?: ApiRequestOptions<T>): Promise<ApiResponse<T>> {
    return this.request('PATCH', path, options);
  }
  /** Deletes an object. See `request`. */
  delete<T = unknown>(path: string, options?: ApiRequestOptions<T>): Promise<ApiResponse<T>> {
    return this.request('DELETE', path, options);
  }

  /**
   * Sends one request, without a retry.
   *
   * @param path Below the project, e.g. `/stacks`.
   * @throws RollgateError `unexpected-answer` for an unexpected status, or no answer at all.
   */
  async request<T = unknown>(
    method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: ApiRequestOptions<T> = {},
  ): Promise<ApiResponse<T>> {
    const { prefix, token } = this.#options;
    const { body, headers, expect, schema } = options;
    const result = await this.#client.send({
      operation: `${method} ${path}`,
      method,
      path: `${prefix}${withSlash(path)}`,
      headers: {
        'x-auth-token': token,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      expect: expect ?? SUCCESS,
    });
    const { status } = result;
    if (status === undefined || !(expect ?? SUCCESS).includes(status)) throw unexpected(result);
    return {
      status,
      body: (schema ?? asItIs<T>()).parse(parsed(result.body)),
      requestId: result.id,
      server: result.server,
      headers: result.headers,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}

const SUCCESS: readonly number[] = Array.from({ length: 100 }, (_, index) => 200 + index);

/** Without a schema the caller chooses the body's type, as with any untyped client. */
function asItIs<T>(): BodySchema<T> {
  return { parse: (body) => body as T };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: an answer without a body, or an answer from the load balancer.
    return text;
  }
}

function unexpected({
  operation,
  id,
  outcome,
  status,
  server,
  detail,
  body,
}: HttpResult): RollgateError {
  const what = status === undefined ? outcome : `${status}`;
  const by = server === undefined ? '' : ` by ${server}`;
  const message = `${operation} was answered ${what}${by} (${id})`;
  const shown = detail ?? body.slice(0, 300);
  return withAll(new RollgateError('unexpected-answer', message, { detail: shown }));
}
