import { z } from 'zod';
import { SIDES } from '../words.ts';

/** Milliseconds since the start of the run, on a monotonic clock. */
export const at = z.number();

/** A service container: the node, and the service's instance, e.g. `heat-engine.2`. */
export const where = { node: z.string(), service: z.string() };

export const release = z.object({ series: z.string(), version: z.string(), image: z.string() });

export const side = z.enum(SIDES);

/** The side that the service was started as; older streams lack it. */
export const startedAs = { side: side.optional() };

/**
 * Names a request: `X-OpenStack-Request-ID`, or `client-` and a UUID for work of a user's own
 * client, which has no such header. It never identifies an object or an operation.
 */
export const requestId = z.union([
  z.templateLiteral(['req-', z.string()]),
  z.templateLiteral(['client-', z.string()]),
]);

export type RequestId = z.infer<typeof requestId>;

export function isRequestId(text: string): text is RequestId {
  return requestId.safeParse(text).success;
}
