import { SERVER_HEADER } from '../../infra/haproxy.ts';
import type { Keystone, Login, Token } from '../../infra/keystone.ts';
import { systemClock } from '../../load/clock.ts';
import { RenewedTokens, type Credentials } from '../../load/http/credentials.ts';
import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
} from '../../load/http/http-client.ts';

/** How long a user would wait; longer than the subjects' own `rpc_response_timeout` of 60 s. */
const WORKLOAD_TIMEOUT_MS = 90_000;

/** The users of the load in a lab, and their tokens. */
export class LoadUsers {
  readonly #keystone: Pick<Keystone, 'token'>;
  readonly #again = new Map<string, () => Promise<string>>();

  constructor({ keystone }: { readonly keystone: Pick<Keystone, 'token'> }) {
    this.#keystone = keystone;
  }

  async token(login: Login): Promise<Token> {
    const token = await this.#keystone.token(login);
    this.#again.set(token.id, async () => (await this.#keystone.token(login)).id);
    return token;
  }

  /** The tokens of all users that got one. */
  credentials(): Credentials {
    return new RenewedTokens(this.#again);
  }
}

/** A client for requests of the workload to a service behind the load balancer. */
export function workloadClient(
  origin: string,
  credentials: Credentials,
  { tls }: Pick<HttpClientOptions, 'tls'>,
): HttpClient {
  return createHttpClient({
    origin,
    tls,
    connection: 'reused',
    timeoutMs: WORKLOAD_TIMEOUT_MS,
    clock: systemClock,
    serverHeader: SERVER_HEADER,
    credentials,
  });
}
