/** Headers of a request, by their names. */
export type Headers = Readonly<Record<string, string>>;

/**
 * The tokens of the load's users. A client renews them as users' clients do: on a 401 it gets a new
 * token and sends the request once more. In keystoneauth1/session.py, `Session.request` has "if
 * resp.status_code == 401 and authenticated and allow_reauth: invalidate".
 */
export interface Credentials {
  /** The headers with the renewed token, or unchanged if there is none. */
  current(headers: Headers): Headers;
  /**
   * Gets a new token for the user whose token is in the headers.
   * @returns Whether there is a new token. There is none if the headers have no such token, or if
   * Keystone refuses.
   */
  renew(headers: Headers): Promise<boolean>;
}

const HEADER = 'x-auth-token';

/** Renews each token only once, even if many requests were refused with it. */
export class RenewedTokens implements Credentials {
  /** Gets a new token, by the first token of the user. */
  readonly #again: ReadonlyMap<string, () => Promise<string>>;
  /** For each token, the first token of its user. */
  readonly #firsts: Map<string, string>;
  readonly #latest = new Map<string, string>();
  readonly #renewing = new Map<string, Promise<boolean>>();

  /** @param again For each token: gets another one for the same user. */
  constructor(again: ReadonlyMap<string, () => Promise<string>>) {
    this.#again = again;
    this.#firsts = new Map([...again.keys()].map((token) => [token, token]));
  }

  current(headers: Headers): Headers {
    const first = this.#firsts.get(headers[HEADER] ?? '');
    const latest = first === undefined ? undefined : this.#latest.get(first);
    return latest === undefined ? headers : { ...headers, [HEADER]: latest };
  }

  async renew(headers: Headers): Promise<boolean> {
    const refused = headers[HEADER] ?? '';
    const first = this.#firsts.get(refused);
    const again = first === undefined ? undefined : this.#again.get(first);
    if (first === undefined || again === undefined) return false;
    // Another request was refused with the same token, so there is already a newer one.
    if ((this.#latest.get(first) ?? first) !== refused) return true;
    const renewing = this.#renewing.get(first) ?? this.#renew(first, again);
    this.#renewing.set(first, renewing);
    return renewing;
  }

  async #renew(first: string, again: () => Promise<string>): Promise<boolean> {
    try {
      const token = await again();
      this.#firsts.set(token, first);
      this.#latest.set(first, token);
      return true;
    } catch {
      // The 401 is the request's outcome then.
      return false;
    } finally {
      this.#renewing.delete(first);
    }
  }
}
