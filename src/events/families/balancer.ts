import { z } from 'zod';
import { at, where } from '../fields.ts';

/**
 * An unusual request in the load balancer's log. Its status is 500 or above, one side broke the
 * session off, or a connection had to be tried again. Its client may not have noticed. Times are
 * HAProxy's, in milliseconds; -1: this phase was not reached.
 *
 * @see HAProxy's Configuration Manual, 8.4 "Timing events", 8.5 "Session state at disconnection".
 */
export const balancerLogged = z.object({
  type: z.literal('balancer-logged'),
  at,
  /** `X-OpenStack-Request-ID` from the client; empty for a request that is not from a probe. */
  id: z.string(),
  frontend: z.string(),
  /** As `node/service`; `null` if no server was chosen. */
  server: z.string().nullable(),
  status: z.number(),
  /** Its first two characters, e.g. `SH`: the server closed while its headers were awaited. */
  termination: z.string(),
  queueMs: z.number(),
  connectMs: z.number(),
  responseMs: z.number(),
  totalMs: z.number(),
  /** The number of connection retries; above 0, the server is that of the last try. */
  retries: z.number().optional(),
  /** Method and path. */
  request: z.string().optional(),
});

/** HAProxy's servers from its statistics; emitted when a status changed. */
export const balancerSampled = z.object({
  type: z.literal('balancer-sampled'),
  at,
  servers: z.array(z.object({ ...where, status: z.string(), sessions: z.number() })),
});
