import type { z } from 'zod';
import type { HttpClient } from '../load/http/http-client.ts';
import type { HttpResult, RequestSpec } from '../load/http/request.ts';
import { readBody, type ParsedAnswer } from './json-body.ts';

type Headers = RequestSpec['headers'];

export type CallSpec = Pick<RequestSpec, 'operation' | 'method' | 'expect'> & {
  /** Below the API's root, or below the project's stacks. */
  readonly path: string;
  readonly body?: unknown;
};

/** An API of JSON. Each call is one request; nothing is retried. */
export class JsonApi {
  readonly #client: HttpClient;
  readonly #root: string;
  readonly #headers: Headers;

  /** @param root As `/v1`. */
  constructor(client: HttpClient, root: string, headers: Headers) {
    this.#client = client;
    this.#root = root;
    this.#headers = headers;
  }

  /** @param valueOf `undefined` for an answer without a value. */
  async read<Body, T>(
    call: CallSpec,
    schema: z.ZodType<Body>,
    valueOf: (body: Body) => T | undefined,
  ): Promise<ParsedAnswer<T>> {
    const result = await this.send(call, (text) => readBody(schema, text).wrong);
    if (result.outcome !== 'served') return { result };
    const { value: body } = readBody(schema, result.body);
    const value = body === undefined ? undefined : valueOf(body);
    return value === undefined ? { result } : { result, value };
  }

  /** @param check Default: the body counts for nothing. */
  send({ path, body, ...call }: CallSpec, check?: RequestSpec['check']): Promise<HttpResult> {
    return this.#client.send({
      ...call,
      path: `${this.#root}${path}`,
      headers: this.#headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(check === undefined ? {} : { check }),
    });
  }
}

/** The request of a probe: an answer that contradicts a known fact counts as lost. */
export function probeOf(
  headers: Headers,
): (path: string, operation: string, due: z.ZodType) => RequestSpec {
  return (path, operation, due) => ({
    operation,
    method: 'GET',
    path,
    headers,
    expect: [200],
    check: (body) => readBody(due, body).wrong,
  });
}
