import type { BalancedRequest } from './balancer-log.ts';

/**
 * The rest of a line of HAProxy's `option httplog`, after the client and the date of a request.
 *
 * @see HAProxy's Configuration Manual, 8.2.3 "HTTP log format".
 */
const HTTP_LOG = new RegExp(
  [
    String.raw`\] (?<frontend>[^\s~]+)~? (?<backend>[^\s/]+)/(?<server>\S+)`,
    String.raw`-?\d+/(?<queue>-?\d+)/(?<connect>-?\d+)/(?<response>-?\d+)/\+?(?<total>-?\d+)`,
    String.raw`(?<status>-?\d+) \+?\d+ \S+ \S+ (?<termination>\S{2})\S{2}`,
    String.raw`\d+/\d+/\d+/\d+/\+?(?<retries>\d+) \d+/\d+ (?<captured>(?:\{[^}]*\} )*)"(?<request>[^"]*)`,
  ].join(' '),
);
const REQUEST_ID = /req-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
/** For a request that HAProxy could not read, or for which no server was chosen. */
const NO_SERVER = '<NOSRV>';

/**
 * A request in the format of `option httplog`. Its id comes from a captured
 * `X-OpenStack-Request-ID`. The server is named `server/backend`, because HAProxy names a server
 * after its node.
 *
 * @returns `undefined` for a line that is not a request.
 */
export function parseHttpLog(text: string): BalancedRequest | undefined {
  const found = HTTP_LOG.exec(text)?.groups;
  if (found === undefined) return undefined;
  const { backend = '', server = '', captured = '', request = '' } = found;
  const [method = '', path = ''] = request.split(' ');
  return {
    frontend: found['frontend'] ?? '',
    server: server === NO_SERVER ? null : `${server}/${backend}`,
    status: Number(found['status']),
    termination: found['termination'] ?? '',
    retries: Number(found['retries']),
    queueMs: Number(found['queue']),
    connectMs: Number(found['connect']),
    responseMs: Number(found['response']),
    totalMs: Number(found['total']),
    id: REQUEST_ID.exec(captured)?.[0] ?? '',
    // A query may contain a signature.
    request: `${method} ${path.replace(/\?.*/, '')}`.trim(),
  };
}
