import { z } from 'zod';
import { at, requestId } from '../fields.ts';

/** The facts that also depend on the proxies before a service, so that two addresses may differ. */
export const PATH_FACTS = { server: 'Server', via: 'Via', requestId: 'request id' } as const;

/** An address of a service in the catalogue of a watched cloud. */
export const endpointFound = z.object({
  type: z.literal('endpoint-found'),
  at,
  /** Its type in the catalogue, e.g. `orchestration`. */
  service: z.string(),
  /** Without the API's own path. */
  url: z.string(),
  /** E.g. `public`, `internal`; `override` if the user gave the address. */
  interfaces: z.array(z.string()),
  region: z.string().optional(),
  /** Why it does not answer; absent if it does. */
  silent: z.string().optional(),
});

/** What an answer of a watched cloud shows of its services. It is not judged. */
export const answerSeen = z.object({
  type: z.literal('answer-seen'),
  at,
  id: requestId,
  service: z.string(),
  url: z.string(),
  /** The round of questions before the load begins, or after the end; absent in between. */
  round: z.enum(['first', 'last']).optional(),
  shown: z.array(
    z.object({
      fact: z.string(),
      /** Absent if the answer does not show it. */
      value: z.string().optional(),
      /** Why it is not shown. */
      why: z.string().optional(),
      /** The releases that answer so, oldest first; absent if the value does not say. */
      releases: z.array(z.string()).optional(),
    }),
  ),
});
