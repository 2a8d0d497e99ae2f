import { z } from 'zod';
import { CONNECTIONS } from '../../words.ts';
import { at, requestId } from '../fields.ts';

/**
 * `X-OpenStack-Request-ID` of the requests with which rollgate asks whether a service serves. They
 * begin before the service is ready, so its log lines about their failure are not a fault.
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
  /** A 5xx from the load balancer itself. */
  '5xx-balancer',
  /** An unexpected status below 500. */
  'unexpected-status',
  /** The expected status with a wrong body. */
  'wrong-body',
  /** The expected status and body with wrong headers. */
  'wrong-headers',
  /** An operation of a user's own client failed. */
  'client-failed',
] as const;

export type RequestOutcome = (typeof OUTCOMES)[number];

/** One request of a probe or of the workload, written when its outcome is known. */
export const request = z.object({
  type: z.literal('request'),
  at,
  /** `X-OpenStack-Request-ID`: it also appears in the logs of the load balancer and the service. */
  id: requestId,
  /** The probe's name, or `workload`. */
  probe: z.string(),
  /** The operation, e.g. `GET stacks` or `stack-create`. */
  operation: z.string(),
  /** The object that it should make, change or remove; absent if it only reads. */
  object: z.string().optional(),
  connection: z.enum(CONNECTIONS),
  /** Its scheduled time. Equal to `sentAt` for requests without a schedule. */
  scheduledAt: z.number(),
  sentAt: z.number(),
  outcome: z.enum(OUTCOMES),
  status: z.number().optional(),
  /** The server that HAProxy chose, as `node/service`; absent if none served. */
  server: z.string().optional(),
  /** The error or the start of an unexpected body. */
  detail: z.string().optional(),
  /** For a request that was not served: the id that the api gave it, which its logs may have. */
  answeredAs: requestId.optional(),
  /** A control request, which bypasses the subject. */
  control: z.boolean().optional(),
  /** It was first refused with 401; the outcome is that of the second try, with a new token. */
  reauthenticated: z.boolean().optional(),
});

/**
 * A request whose answer shows nothing of the service, because another user had deleted its object:
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
 * A request to an address beside the subject, e.g. a server that a stack made. It shows whether
 * that address is reachable while the subject is upgraded. Fields as in `request`.
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
  connection: z.enum(CONNECTIONS).optional(),
  scheduledAt: z.number(),
  /** Every slot was taken by an unanswered request, or the harness itself was late. */
  reason: z.enum(['no-slot', 'late']).optional(),
});
