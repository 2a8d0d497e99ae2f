import { z } from 'zod';
import { at, requestId } from '../fields.ts';

/**
 * `X-OpenStack-Request-ID` of the requests with which rollgate asks whether a service serves. They
 * begin before it does, so a service's log lines about their failure are no fault.
 */
export const READINESS_REQUEST = 'req-00000000-0000-4000-8000-000000000001';

/** How one request ended. `served` is the only success. */
export const OUTCOMES = [
  'served',
  /** TCP connect was refused or the host was unreachable. */
  'connect-refused',
  /** The connection broke before the first byte of an answer. */
  'reset-before-answer',
  /** The connection broke within the answer. */
  'reset-within-answer',
  'timeout',
  'dns',
  'tls',
  /** A 5xx that the service itself sent. */
  '5xx-service',
  /** A 5xx that the load balancer made up. */
  '5xx-balancer',
  /** A status below 500 other than the one that was due. */
  'unexpected-status',
  /** The due status with a wrong body. */
  'wrong-body',
  /** The due status and body with wrong headers, whatever was asked. */
  'wrong-headers',
  /** An operation of a user's own client failed, in whatever way that client has. */
  'client-failed',
] as const;

export type RequestOutcome = (typeof OUTCOMES)[number];

/** One request of a probe or of the workload, written when its outcome is known. */
export const request = z.object({
  type: z.literal('request'),
  at,
  /** `X-OpenStack-Request-ID`: found again in the load balancer's log and in the service's. */
  id: requestId,
  /** The probe's name, or `workload`. */
  probe: z.string(),
  /** The operation, e.g. `GET stacks` or `stack-create`. */
  operation: z.string(),
  /** The object that it was to make, change or remove; absent if it only reads. */
  object: z.string().optional(),
  connection: z.enum(['new', 'reused']),
  /** When it was due. Equal to `sentAt` for requests that are not on a schedule. */
  scheduledAt: z.number(),
  sentAt: z.number(),
  outcome: z.enum(OUTCOMES),
  status: z.number().optional(),
  /** The server that HAProxy chose, as `node/service`; absent if none served. */
  server: z.string().optional(),
  /** The error or the start of an unexpected body. */
  detail: z.string().optional(),
  /** The identity that the api gave it, as its logs may have it; of a request that was not served. */
  answeredAs: requestId.optional(),
  /** A control request, which does not pass through the subject. */
  control: z.boolean().optional(),
  /** It was refused with 401 first; this is how it ended when it was sent again with a new token. */
  reauthenticated: z.boolean().optional(),
});

/**
 * A request whose answer shows nothing of the service, since another user had deleted its object:
 * neither served nor lost.
 */
export const requestUnobserved = z.object({
  type: z.literal('request-unobserved'),
  at,
  /** As in `request`. */
  id: requestId,
  probe: z.string(),
  operation: z.string(),
  sentAt: z.number(),
  status: z.number().optional(),
  why: z.string(),
});

/**
 * A request to something beside the subject, e.g. to a server that a stack made. It shows whether
 * that can be reached while the subject is upgraded. Fields as in `request`.
 */
export const besideRequest = z.object({
  type: z.literal('beside-request'),
  at,
  id: requestId,
  probe: z.string(),
  /** Its address, without a query. */
  operation: z.string(),
  sentAt: z.number(),
  outcome: z.enum(OUTCOMES),
  status: z.number().optional(),
  detail: z.string().optional(),
});

/** An arrival that was not sent. */
export const arrivalsDropped = z.object({
  type: z.literal('arrivals-dropped'),
  at,
  probe: z.string(),
  connection: z.enum(['new', 'reused']).optional(),
  scheduledAt: z.number(),
  /** Every slot was taken by a request without its answer, or the harness itself was late. */
  reason: z.enum(['no-slot', 'late']).optional(),
});
