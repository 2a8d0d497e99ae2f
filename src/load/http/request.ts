import { randomUUID } from 'node:crypto';
import type { RequestOutcome } from '../../events/families/request.ts';
import type { RequestId } from '../../events/fields.ts';
import type { Connection } from '../../words.ts';
import type { Expectation, ResponseHeaders } from './outcome.ts';

/** A request, and its expected answer. */
export interface RequestSpec extends Expectation {
  /** For the events, e.g. `GET stacks`. */
  readonly operation: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Its `X-OpenStack-Request-ID`. Default: a random one. */
  readonly id?: RequestId;
}

/** A request id in the form that OpenStack's services accept from a client: `req-` and a UUID. */
export function newRequestId(randomId: () => string = randomUUID): RequestId {
  return `req-${randomId()}`;
}

/** How a request ended. Times are the clock's, in milliseconds. */
export interface HttpResult {
  /** `X-OpenStack-Request-ID` of the request. */
  readonly id: RequestId;
  /** Method and path, in short. */
  readonly operation: string;
  /** Whether it had a connection of its own. */
  readonly connection: Connection;
  /** `served`, or how it was lost. */
  readonly outcome: RequestOutcome;
  /** The status of HTTP; absent if no answer came. */
  readonly status?: number;
  /** The server that the load balancer chose, as it names it. */
  readonly server?: string;
  /** Of the answer, by name in lower case. */
  readonly headers: ResponseHeaders;
  /** The part that arrived. */
  readonly body: string;
  /** When the request was handed to the network: for a new connection, before connecting. */
  readonly sentAt: number;
  /** When the answer began. */
  readonly firstByteAt?: number;
  /** When the answer was complete, or the request failed. */
  readonly doneAt: number;
  /** The error, the fault of the body, or the body's start. */
  readonly detail?: string;
  /** It was first refused with 401, and sent again with a new token. */
  readonly reauthenticated?: true;
  /** Why its outcome shows nothing of the service: another user deleted its object. */
  readonly unobserved?: string;
}

/** A new connection for each request, or kept connections. */
export type { Connection };
