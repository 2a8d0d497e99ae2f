import type { OwnClient } from '../load/http/own-client.ts';
import { withSlash } from './with-slash.ts';

export interface MeasuredClientOptions {
  /** URL of the API through the load balancer; it includes the project. */
  readonly endpoint: string;
  readonly token: string;
  /** The variables that an OpenStack client takes. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The argument that `lab.during` passes to your own client. Requests of `fetch` and work in
 * `measure` are part of the verdict: each loss has its node, its step and its cause.
 *
 * ```ts
 * import { setTimeout } from 'node:timers/promises';
 * import { Lab } from 'rollgate';
 *
 * await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
 * const { verdict } = await lab.during(
 *   async (client) => {
 *     while (!client.signal.aborted) {
 *       await client.fetch('/stacks').catch(() => undefined);
 *       await setTimeout(500);
 *     }
 *   },
 *   { to: '2026.1', choreography: 'guide' },
 * );
 * console.log(verdict.api.lost.filter(({ probe }) => probe === 'client'));
 * ```
 */
export class MeasuredClient {
  /** Aborted when the load ends. The function has to end then, within a minute. */
  readonly signal: AbortSignal;
  /** URL of the API through the load balancer; it includes the project. */
  readonly endpoint: string;
  /** An `X-Auth-Token` of the load's user. */
  readonly token: string;
  /** The variables that an OpenStack client takes: `OS_AUTH_URL`, … */
  readonly env: Readonly<Record<string, string>>;
  readonly #client: OwnClient;

  constructor(client: OwnClient, { endpoint, token, env }: MeasuredClientOptions) {
    this.#client = client;
    this.signal = client.signal;
    this.endpoint = endpoint;
    this.token = token;
    this.env = env;
  }

  /**
   * `fetch` with the token, for a path below the project or a whole URL. An answer below 500 is not
   * a loss. Network errors are rethrown as `fetch` throws them.
   */
  async fetch(path: string | URL, init: RequestInit = {}): Promise<Response> {
    const isWhole = typeof path !== 'string' || /^[a-z]+:\/\//i.test(path);
    const url = isWhole ? path : `${this.endpoint}${withSlash(path)}`;
    const headers = new Headers(init.headers);
    if (!headers.has('x-auth-token')) headers.set('x-auth-token', this.token);
    return await this.#client.fetch(new URL(url), { ...init, headers });
  }

  /** Runs work of any kind of client. An error is a loss, and is rethrown. */
  measure<T>(operation: string, work: () => Promise<T>): Promise<T> {
    return this.#client.measure(operation, work);
  }
}
