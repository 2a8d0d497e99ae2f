import { z } from 'zod';
import { at, side, where, requestId } from '../fields.ts';

/** A log line that matched a signature or looked like an error. */
export const logFinding = z.object({
  type: z.literal('log-finding'),
  at,
  ...where,
  version: z.string(),
  /** Identifier of the signature: from the catalogue of known ones, or derived from the line. */
  signature: z.string(),
  title: z.string(),
  /** `harmless` is known not to hurt and listed as data. */
  severity: z.enum(['harmless', 'warning', 'error']),
  sample: z.string(),
  /** The API request that it belongs to (`X-OpenStack-Request-ID`), if the line has it. */
  request: requestId.optional(),
  /** The option or the way that keeps it from happening. */
  avoidedBy: z.string().optional(),
});

/** The subject's service list; emitted when it changed. */
export const enginesListed = z.object({
  type: z.literal('engines-listed'),
  at,
  engines: z.array(
    z.object({ host: z.string(), engineId: z.string(), status: z.enum(['up', 'down']) }),
  ),
});

/** What the subject's engines hold in its database; emitted when it changed. */
export const locksSampled = z.object({
  type: z.literal('locks-sampled'),
  at,
  /** Locks on objects (stacks), and the engines that own them. */
  locks: z.array(z.object({ object: z.string(), engineId: z.string() })),
  /** Parts (resources) that are held by engines, counted. */
  held: z.array(z.object({ engineId: z.string(), count: z.number() })),
});

/** The schema's revision as the database says it. */
export const schemaSeen = z.object({
  type: z.literal('schema-seen'),
  at,
  release: side,
  revision: z.string(),
});
