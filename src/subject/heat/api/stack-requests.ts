import type { z } from 'zod';
import { askingFor } from '../../../infra/haproxy.ts';
import type { Token } from '../../../infra/keystone.ts';
import type { HttpClient } from '../../../load/http/http-client.ts';
import type { ResponseHeaders } from '../../../load/http/outcome.ts';
import type { HttpResult, RequestSpec } from '../../../load/http/request.ts';
import type { CallSpec } from '../../json-api.ts';
import type { ParsedAnswer } from '../../json-body.ts';
import { mismatch } from './answers.ts';

/** Another operation is in progress, so this one was not begun. */
export const CONFLICT = 409;

/** Sends requests about a project's stacks, and reads the answers. Nothing is retried. */
export class StackRequests {
  readonly client: HttpClient;
  readonly token: Token;
  readonly server: string | undefined;

  /**
   * @param server Asks the load balancer for this server, e.g. `node1/heat-api`. Default: the
   * balancer chooses.
   */
  constructor(client: HttpClient, token: Token, server: string | undefined) {
    this.client = client;
    this.token = token;
    this.server = server;
  }

  /** Its value is what `valueOf` takes from the body; none if the answer is not the expected one. */
  async read<Body, T>(
    call: CallSpec,
    schema: z.ZodType<Body>,
    valueOf: (body: Body) => T,
    checkHeaders?: (headers: ResponseHeaders, body: Body) => string | undefined,
  ): Promise<ParsedAnswer<T>> {
    const result = await this.#send(call, {
      check: (body) => mismatch(schema, body),
      checkHeaders: (headers, body) => checkHeaders?.(headers, schema.parse(JSON.parse(body))),
    });
    // An answer whose only fault is wrong headers still has a valid body.
    if (result.outcome !== 'served' && result.outcome !== 'wrong-headers') return { result };
    return { result, value: valueOf(schema.parse(JSON.parse(result.body))) };
  }

  /** There is no value if the stack is busy with another operation. */
  async write(call: CallSpec): Promise<ParsedAnswer<true>> {
    const result = await this.#send(call);
    const accepted = result.outcome === 'served' && result.status !== CONFLICT;
    return accepted ? { result, value: true } : { result };
  }

  #send(
    { path, body, ...call }: CallSpec,
    checks: Pick<RequestSpec, 'check' | 'checkHeaders'> = {},
  ): Promise<HttpResult> {
    return this.client.send({
      ...call,
      path: `/v1/${this.token.projectId}/stacks${path}`,
      headers: {
        'x-auth-token': this.token.id,
        'content-type': 'application/json',
        accept: 'application/json',
        ...askingFor(this.server),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...checks,
    });
  }
}
