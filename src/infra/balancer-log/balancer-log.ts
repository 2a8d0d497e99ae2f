import { z } from 'zod';
import { jsonIn } from '../../json.ts';
import { instanceOfServer } from './server-name.ts';

/**
 * A line of JSON for each request, which `parseBalancerLine` reads.
 *
 * @see HAProxy's Configuration Manual, 8.2.6 "Custom log format"; "-" means a missing value.
 */
export const LOG_FORMAT = [
  '{"frontend":"%ft"',
  '"server":"%s"',
  '"status":%ST',
  '"termination":"%ts"',
  '"retries":"%rc"',
  '"queueMs":%Tw',
  '"connectMs":%Tc',
  '"responseMs":%Tr',
  '"totalMs":%Ta',
  '"bytes":%B',
  '"id":"%[capture.req.hdr(0),json]"',
  '"request":"%[capture.req.method,json] %[capture.req.uri,json]"}',
].join(',');

const balancerLineSchema = z.object({
  frontend: z.string(),
  /** `<NOSRV>` if none was chosen. */
  server: z.string(),
  status: z.number(),
  termination: z.string(),
  /** With a leading `+` if the last try went to another server. */
  retries: z.coerce.number(),
  queueMs: z.number(),
  connectMs: z.number(),
  responseMs: z.number(),
  totalMs: z.number(),
  id: z.string(),
  request: z.string(),
});

/** One request as HAProxy logged it. Times are milliseconds; -1: this phase was not reached. */
export interface BalancedRequest {
  readonly frontend: string;
  /** As `node/service`. */
  readonly server: string | null;
  readonly status: number;
  /** The first two characters of the session's state at its end. */
  readonly termination: string;
  readonly retries: number;
  readonly queueMs: number;
  readonly connectMs: number;
  readonly responseMs: number;
  readonly totalMs: number;
  /** `X-OpenStack-Request-ID` as the client sent it; empty if it sent none. */
  readonly id: string;
  /** Method and path. */
  readonly request: string;
}

/** A line of HAProxy's log, if it is about a request. */
export function parseBalancerLine(text: string): BalancedRequest | undefined {
  if (!text.startsWith('{"frontend":')) return undefined;
  // HAProxy cuts a line that is too long.
  const { success, data } = balancerLineSchema.safeParse(jsonIn(text));
  if (!success) return undefined;
  return {
    ...data,
    // HAProxy marks a frontend with TLS (`%ft`).
    frontend: data.frontend.replace(/~$/, ''),
    server: data.server === '<NOSRV>' ? null : instanceOfServer(data.server),
    id: data.id === '-' ? '' : data.id,
    // A query may contain a signature.
    request: data.request.replace(/\?.*/, ''),
  };
}
