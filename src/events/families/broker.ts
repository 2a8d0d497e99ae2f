import { z } from 'zod';
import { ROLES } from '../../words.ts';
import { at, side, where, requestId } from '../fields.ts';

/** Work that a service was seen to begin, counted over the last interval. */
export const workObserved = z.object({
  type: z.literal('work-observed'),
  at,
  ...where,
  version: z.string(),
  count: z.number(),
});

const service = z.object({ ...where, version: z.string() });

/**
 * Messages between services, counted over about a second by method, sender and receiver. The
 * broker's traffic is combined with both services' logs.
 */
export const rpcObserved = z.object({
  type: z.literal('rpc-observed'),
  /** When the last of them was received. */
  at,
  topic: z.string(),
  method: z.string(),
  kind: z.enum(['call', 'cast']),
  from: service,
  to: service,
  count: z.number(),
  /** The kind of request that caused them, if the request was sent to observe them. */
  operation: z.string().optional(),
});

/**
 * Which engine took a call of a lost request, or of an operation if one of the same kind is stuck.
 */
export const callTaken = z.object({
  type: z.literal('call-taken'),
  /** When the call was received. */
  at,
  ...where,
  version: z.string(),
  /** Its API request (`X-OpenStack-Request-ID`). */
  request: requestId,
  method: z.string(),
  /** The sender, as `node/service`. */
  sender: z.string(),
});

/** From here on each of these calls is repeated until it was seen in each of these meetings. */
export const crossingWanted = z.object({
  type: z.literal('crossing-wanted'),
  at,
  meetings: z.array(z.object({ sender: z.enum(ROLES), from: side, to: side })).readonly(),
  /** The names in `request` and `rpc-observed`. */
  operations: z.array(z.string()).readonly(),
});

/** Where a message comes from. */
const origin = {
  /** The sender, as `node/service`, and the time of sending, if its log has it. */
  sender: z.string().optional(),
  sentAt: z.number().optional(),
  topic: z.string().optional(),
  /** The API request that it belongs to (`X-OpenStack-Request-ID`), if a log has it. */
  request: requestId.optional(),
};

/** A message that a service took off a queue, and so acknowledged, but never worked on. */
export const messageDropped = z.object({
  type: z.literal('message-dropped'),
  /** When it was taken off the queue; only the end of the service shows that it was dropped. */
  at,
  ...where,
  version: z.string(),
  /** The messaging library's `unique_id`. */
  message: z.string(),
  ...origin,
  sample: z.string(),
  /** The option or the method that prevents it. */
  avoidedBy: z.string().optional(),
});

/** A service took the reply to a call that another service had sent: its caller waits in vain. */
export const replyMisdelivered = z.object({
  type: z.literal('reply-misdelivered'),
  /** When the service took the reply off the queue. */
  at,
  /** The service that took it. */
  ...where,
  version: z.string(),
  /** The messaging library's `msg_id` of the call. */
  message: z.string(),
  /** The service that sent the call, as `node/service`, and when. */
  caller: z.string(),
  calledAt: z.number(),
  /** The queue in which the caller expected the reply, if its log has it. */
  queue: z.string().optional(),
  topic: z.string().optional(),
  /** The API request that it belongs to (`X-OpenStack-Request-ID`), if a log has it. */
  request: requestId.optional(),
  sample: z.string(),
});

/** A call that a service took up and did not answer, to its own end or to the end of the run. */
export const callUnanswered = z.object({
  type: z.literal('call-unanswered'),
  /** When it was taken off the queue; only the end shows that no answer came. */
  at,
  ...where,
  version: z.string(),
  /** The messaging library's `msg_id` of the call. */
  message: z.string(),
  /** If the broker's trace has it. */
  method: z.string().optional(),
  ...origin,
  sample: z.string(),
});

/** The backlog of a vhost, emitted when it changed. */
export const queueSampled = z.object({
  type: z.literal('queue-sampled'),
  at,
  vhost: z.string(),
  /** All queues together; fanout queues separately, because their backlog is not work. */
  ready: z.number(),
  unacknowledged: z.number(),
  /** The queues that hold messages. */
  busy: z.array(
    z.object({
      queue: z.string(),
      ready: z.number(),
      unacknowledged: z.number(),
      consumers: z.number(),
    }),
  ),
  /** For all work queues together, because each engine takes from several. */
  consumers: z.number().optional(),
  /** The work queues without a consumer, e.g. of an engine that is gone. */
  unserved: z.array(z.string()).optional(),
});

/** The queues without a consumer at the run's end. */
export const queuesLeft = z.object({
  type: z.literal('queues-left'),
  at,
  vhost: z.string(),
  queues: queueSampled.shape.busy,
});

/** The number of consumers of a reply queue; emitted when it changed and is or was above one. */
export const replyQueueShared = z.object({
  type: z.literal('reply-queue-shared'),
  at,
  vhost: z.string(),
  queue: z.string(),
  consumers: z.number(),
});
