import { RollgateError } from '../../../errors.ts';
import type { Token } from '../../../infra/keystone.ts';
import type { HttpClient } from '../../../load/http/http-client.ts';
import type { HttpResult, RequestSpec } from '../../../load/http/request.ts';
import type { StackIdentity, StackStatus } from '../api/answers.ts';
import { HeatApi } from '../api/api.ts';

/** A stack in a path below the project's stacks: its name and its id. */
const STACK = /\/stacks\/([^/?]+)\/([0-9a-f-]{36})(?=[/?]|$)/;

/**
 * Distinguishes stacks that another user deleted from stacks that Heat lost. Heat shows a deleted
 * stack by its id, as `DELETE_COMPLETE`, and never deletes a stack without a request
 * (heat/engine/service.py, `_get_stack(show_deleted=True)`).
 */
export class Deletions {
  readonly #client: HttpClient;
  readonly #api: HeatApi;
  readonly #onTaken: (stack: StackStatus) => void;
  readonly #own = new Set<string>();
  readonly #taken = new Set<string>();

  /** @param onTaken Called once for each stack that another user deleted. */
  constructor(client: HttpClient, token: Token, onTaken: (stack: StackStatus) => void) {
    this.#client = client;
    this.#api = new HeatApi(client, token);
    this.#onTaken = onTaken;
  }

  /**
   * A client that records which deletions it requested, so that its results show which objects
   * another user deleted.
   */
  get client(): HttpClient {
    return {
      send: async (spec) => {
        const result = await this.#client.send(spec);
        const id = STACK.exec(spec.path)?.[2];
        // A request without an answer may have taken effect.
        if (spec.method === 'DELETE' && id !== undefined && !isRefused(result)) this.#own.add(id);
        return this.judge(spec, result);
      },
      close: () => this.#client.close(),
      [Symbol.asyncDispose]: () => this.#client.close(),
    };
  }

  /** Whether this status shows a deletion, finished or not, that the client did not request. */
  readonly isTaken = (stack: StackStatus): boolean => {
    if (!stack.status.startsWith('DELETE_') || this.#own.has(stack.id)) return false;
    if (!this.#taken.has(stack.id)) {
      this.#taken.add(stack.id);
      this.#onTaken(stack);
    }
    return true;
  };

  /**
   * The same result, or one marked as showing nothing, because another user had deleted its stack.
   */
  async judge({ path }: Pick<RequestSpec, 'path'>, result: HttpResult): Promise<HttpResult> {
    const [, name, id] = STACK.exec(path) ?? [];
    if (name === undefined || id === undefined || !mayBeTaken(result)) return result;
    return this.unless({ name, id }, result);
  }

  /** As `judge`, for a request that is about this stack. */
  async unless(stack: StackIdentity, result: HttpResult): Promise<HttpResult> {
    if (!mayBeTaken(result)) return result;
    if (!this.#taken.has(stack.id)) {
      const shown = await this.#shown(stack);
      if (shown === undefined || !this.isTaken(shown)) return result;
    }
    return { ...result, unobserved: `another user deleted ${stack.name}` };
  }

  async #shown(stack: StackIdentity): Promise<StackStatus | undefined> {
    try {
      return (await this.#api.show(stack)).value;
    } catch (error) {
      // The watch is over.
      if (error instanceof RollgateError && error.code === 'client-closed') return undefined;
      throw error;
    }
  }
}

/** Only an unexpected answer can be due to a deletion. */
function mayBeTaken({ outcome }: HttpResult): boolean {
  return outcome === 'unexpected-status' || outcome === 'wrong-body';
}

function isRefused({ status }: HttpResult): boolean {
  return status !== undefined && status >= 400 && status < 500;
}
