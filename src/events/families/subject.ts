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
  /** `harmless` means known to do no harm, and is listed as data. */
  severity: z.enum(['harmless', 'warning', 'error']),
  sample: z.string(),
  /** Its API request (`X-OpenStack-Request-ID`), if the line has it. */
  request: requestId.optional(),
  /** The id that the api gave that request, if the line has only this id. */
  localRequest: requestId.optional(),
  /** The option or the method that prevents it. */
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

/** The locks and resources that the subject's engines hold in its database; emitted on a change. */
export const locksSampled = z.object({
  type: z.literal('locks-sampled'),
  at,
  /** Locks on objects (stacks), and the engines that own them. */
  locks: z.array(z.object({ object: z.string(), engineId: z.string() })),
  /** The number of parts (resources) that engines hold. */
  held: z.array(z.object({ engineId: z.string(), count: z.number() })),
});

/** The schema's revision in the database. */
export const schemaSeen = z.object({
  type: z.literal('schema-seen'),
  at,
  release: side,
  revision: z.string(),
  /** The duration of its migration; absent if the run did not migrate it. */
  seconds: z.number().optional(),
  /** The size of the server's files of the database afterwards. */
  databaseBytes: z.number().optional(),
});

/** Queries of services waited for a table that a migration had locked; emitted once it is free. */
export const tableLocked = z.object({
  type: z.literal('table-locked'),
  /** When the last of them was seen to wait. */
  at,
  table: z.string(),
  /** When the first began to wait. */
  from: z.number(),
  /** How many waited at one time, at most. */
  queries: z.number(),
  /** What locked it, if the server showed it. */
  statement: z.string().optional(),
  /** Transactions that stayed open without a query for as long, when last seen. */
  holders: z.array(z.object({ host: z.string(), idleMs: z.number() })).optional(),
});

/** The initial database of the lab, in place of an empty one. */
export const databaseLoaded = z.object({
  type: z.literal('database-loaded'),
  at,
  /** The file's name, and its size. */
  file: z.string(),
  bytes: z.number(),
  /** Its migration at the start. */
  revision: z.string(),
  loadSeconds: z.number(),
  /** The duration of the base's own migration. */
  syncSeconds: z.number(),
  /** Of tables of the subject. */
  rows: z.record(z.string(), z.number()),
  /** Of the server's files of the database, at the base's schema. */
  databaseBytes: z.number(),
});
