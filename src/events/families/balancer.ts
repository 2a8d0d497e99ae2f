import { z } from 'zod';
import { at, where } from '../fields.ts';

/**
 * A request as the load balancer logged it, if something was out of the ordinary. That is a status
 * of 500 or above, a session that one side broke off, or a connection that had to be tried again.
 * Its client may not have noticed. Times are HAProxy's, in milliseconds; -1 says that it did not
 * come so far.
 *
 * @see HAProxy's Configuration Manual, 8.4 "Timing events", 8.5 "Session state at disconnection".
 */
export const balancerLogged = z.object({
  type: z.literal('balancer-logged'),
  at,
  /** `X-OpenStack-Request-ID` as the client sent it; empty for a request that is not a probe's. */
  id: z.string(),
  frontend: z.string(),
  /** As `node/service`; `null` where no server was chosen. */
  server: z.string().nullable(),
  status: z.number(),
  /** Its first two characters, e.g. `SH`: the server closed while its headers were awaited. */
  termination: z.string(),
  queueMs: z.number(),
  connectMs: z.number(),
  responseMs: z.number(),
  totalMs: z.number(),
  /** Connections that were tried again; above 0 the server is the last one's. */
  retries: z.number().optional(),
  /** Method and path. */
  request: z.string().optional(),
});

/** HAProxy's servers as its statistics show them; emitted when a status changed. */
export const balancerSampled = z.object({
  type: z.literal('balancer-sampled'),
  at,
  servers: z.array(z.object({ ...where, status: z.string(), sessions: z.number() })),
});
