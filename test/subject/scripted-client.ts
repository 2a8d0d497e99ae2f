import type { HttpClient } from '../../src/load/http/http-client.ts';
import { outcomeOfAnswer, type ResponseHeaders } from '../../src/load/http/outcome.ts';
import type { HttpResult, RequestSpec } from '../../src/load/http/request.ts';

/** The answer, or `undefined` for a request that is never answered. */
export type Script = (
  request: RequestSpec,
) =>
  | { readonly status: number; readonly headers?: ResponseHeaders; readonly body?: unknown }
  | undefined;

/** An HTTP client that answers by a script, at once. */
export function scriptedClient(
  script: Script,
  serverOf: (request: RequestSpec) => string = () => 'node1/heat-api',
): HttpClient {
  let sent = 0;
  return {
    send(request) {
      sent += 1;
      const answer = script(request);
      if (answer === undefined) return new Promise<never>(() => undefined);
      const { status, headers = {} } = answer;
      const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
      const result: HttpResult = {
        id: `req-${sent}`,
        operation: request.operation,
        connection: 'reused',
        ...outcomeOfAnswer({ status, headers, body, fromServer: true }, request),
        status,
        server: serverOf(request),
        headers,
        body,
        sentAt: 0,
        doneAt: 0,
      };
      return Promise.resolve(result);
    },
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
