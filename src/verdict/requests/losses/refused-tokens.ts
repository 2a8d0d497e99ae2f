import type { RequestEvent, RunEvent } from '../../../events/event.ts';

/** Tokens that Keystone no longer accepts, although they were not old. */
export interface RefusedTokens {
  /** When the first request that was refused had been sent: the tokens are older than this. */
  readonly from: number;
  /** Requests that were refused, and not refused again with a new token; at least one. */
  readonly renewed: readonly [RequestEvent, ...RequestEvent[]];
  /**
   * Whether a request was lost because its token was refused, or one that a service had made for it.
   *
   * @param logged The line with the error that a service logged for it.
   */
  lostWith(request: RequestEvent, logged: string | undefined): boolean;
}

const UNAUTHORIZED = 401;
/** An exception of keystoneauth1 (`http.Unauthorized`), also by way of an engine's reply. */
const UNAUTHORIZED_SERVICE = /\bUnauthorized\b.*\(HTTP 401\)/;

/**
 * A service that refuses a token and takes a new one is not at fault. If it refuses the new one too,
 * it may be.
 */
export function readRefusedTokens(events: readonly RunEvent[]): RefusedTokens | undefined {
  const [first, ...others] = events
    .filter((event) => event.type === 'request')
    .filter((request) => request.reauthenticated === true && !isRefused(request))
    .toSorted((a, b) => a.sentAt - b.sentAt);
  if (first === undefined) return undefined;
  const last = others.at(-1) ?? first;
  return {
    from: first.sentAt,
    renewed: [first, ...others],
    lostWith: (request, logged = '') =>
      request.sentAt >= first.sentAt &&
      (UNAUTHORIZED_SERVICE.test(logged) ||
        // Later a new token was refused too, which is something else.
        (isRefused(request) &&
          (request.reauthenticated !== true || request.sentAt <= last.sentAt))),
  };
}

function isRefused({ outcome, status }: RequestEvent): boolean {
  return outcome === 'unexpected-status' && status === UNAUTHORIZED;
}
