import { given } from '../../../given.ts';
import { systemClock } from '../../../load/clock.ts';
import type { Credentials } from '../../../load/http/credentials.ts';
import { createHttpClient, type HttpClient } from '../../../load/http/http-client.ts';
import type { CloudAccess } from '../../cloud.ts';
import type { AnswerMarks } from '../../load.ts';

/** How long a user would wait; longer than Heat's own `rpc_response_timeout` of 60 s. */
const TIMEOUT_MS = 90_000;

/**
 * Each answer of Heat has this header (oslo.middleware's `request_id`, the outermost filter of
 * Heat's api-paste.ini except for `healthcheck` and `cors`). A proxy's own answers do not.
 */
const ANSWER_HEADER = 'x-openstack-request-id';

export function marksOf({ serverHeader, tls }: CloudAccess): AnswerMarks {
  return {
    answerHeader: ANSWER_HEADER,
    ...given({ serverHeader, tls }),
  };
}

/** A client of a cloud's Heat whose paths are the API's own. */
export function connectTo(cloud: CloudAccess, credentials: Credentials): HttpClient {
  const client = createHttpClient({
    origin: cloud.origin,
    connection: 'reused',
    timeoutMs: TIMEOUT_MS,
    clock: systemClock,
    credentials,
    ...marksOf(cloud),
  });
  return {
    send: (spec) => client.send({ ...spec, path: `${cloud.path}${spec.path}` }),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
