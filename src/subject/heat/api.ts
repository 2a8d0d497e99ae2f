import { z } from 'zod';
import type { HttpClient, HttpResult } from '../../load/http-client.ts';
import type { Template } from './template.ts';

/** Where a stack is: `CREATE_COMPLETE`, `UPDATE_IN_PROGRESS`, … and Heat's reason. */
export interface StackStatus {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly reason: string;
}

export interface Stack extends StackStatus {
  readonly outputs: Readonly<Record<string, unknown>>;
}

const listed = z.object({
  stacks: z.array(
    z.object({
      id: z.string(),
      stack_name: z.string(),
      stack_status: z.string(),
      stack_status_reason: z.string().nullish(),
    }),
  ),
});
const created = z.object({ stack: z.object({ id: z.string() }) });
/** A stack as the API shows it. */
export const shown = z.object({
  stack: z.object({
    id: z.string(),
    stack_name: z.string(),
    stack_status: z.string(),
    stack_status_reason: z.string().nullish(),
    outputs: z.array(z.object({ output_key: z.string(), output_value: z.unknown() })).optional(),
  }),
});

/** Why a body is not of the schema; `undefined` if it is. */
export function mismatch(schema: z.ZodType, body: string): string | undefined {
  try {
    const result = schema.safeParse(JSON.parse(body));
    return result.success ? undefined : z.prettifyError(result.error);
  } catch {
    return 'the body is no JSON';
  }
}

/** A result and, where it was served, what it says. */
export interface Answer<T> {
  readonly result: HttpResult;
  readonly value?: T;
}

/** Heat's API v1, for one project. Each call is one request; nothing is retried. */
export class HeatApi {
  readonly #client: HttpClient;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #prefix: string;

  constructor(client: HttpClient, token: { readonly id: string; readonly projectId: string }) {
    this.#client = client;
    this.#headers = {
      'x-auth-token': token.id,
      'content-type': 'application/json',
      accept: 'application/json',
    };
    this.#prefix = `/v1/${token.projectId}/stacks`;
  }

  async list(): Promise<Answer<readonly StackStatus[]>> {
    const result = await this.#client.send({
      operation: 'stack-list',
      method: 'GET',
      path: this.#prefix,
      headers: this.#headers,
      expect: [200],
      check: (body) => mismatch(listed, body),
    });
    if (result.outcome !== 'served') return { result };
    const { stacks } = listed.parse(JSON.parse(result.body));
    return { result, value: stacks.map(statusOf) };
  }

  async create(
    name: string,
    template: Template,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Answer<string>> {
    const result = await this.#client.send({
      operation: 'stack-create',
      method: 'POST',
      path: this.#prefix,
      headers: this.#headers,
      body: JSON.stringify({ stack_name: name, template, parameters, timeout_mins: 60 }),
      expect: [201],
      check: (body) => mismatch(created, body),
    });
    if (result.outcome !== 'served') return { result };
    return { result, value: created.parse(JSON.parse(result.body)).stack.id };
  }

  /** Changes parameters and leaves the template as it is (`PATCH`, "existing"). */
  async update(
    stack: { readonly name: string; readonly id: string },
    parameters: Readonly<Record<string, string>>,
  ): Promise<Answer<true>> {
    const result = await this.#client.send({
      operation: 'stack-update',
      method: 'PATCH',
      path: this.#path(stack),
      headers: this.#headers,
      body: JSON.stringify({ parameters }),
      expect: [202],
    });
    return result.outcome === 'served' ? { result, value: true } : { result };
  }

  async delete(stack: { readonly name: string; readonly id: string }): Promise<Answer<true>> {
    const result = await this.#client.send({
      operation: 'stack-delete',
      method: 'DELETE',
      path: this.#path(stack),
      headers: this.#headers,
      expect: [204],
    });
    return result.outcome === 'served' ? { result, value: true } : { result };
  }

  /** A stack with its outputs; a deleted one is shown too, by its id. */
  async show(stack: { readonly name: string; readonly id: string }): Promise<Answer<Stack>> {
    const result = await this.#client.send({
      operation: 'stack-show',
      method: 'GET',
      path: this.#path(stack),
      headers: this.#headers,
      expect: [200],
      check: (body) => mismatch(shown, body),
    });
    if (result.outcome !== 'served') return { result };
    const { stack: found } = shown.parse(JSON.parse(result.body));
    const outputs = Object.fromEntries(
      (found.outputs ?? []).map(({ output_key, output_value }) => [output_key, output_value]),
    );
    return { result, value: { ...statusOf(found), outputs } };
  }

  #path(stack: { readonly name: string; readonly id: string }): string {
    return `${this.#prefix}/${stack.name}/${stack.id}`;
  }
}

function statusOf(stack: z.infer<typeof listed>['stacks'][number]): StackStatus {
  return {
    id: stack.id,
    name: stack.stack_name,
    status: stack.stack_status,
    reason: stack.stack_status_reason ?? '',
  };
}
