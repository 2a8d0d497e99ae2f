import { z } from 'zod';
import { milliseconds, seconds } from './fields.ts';

export const step = z.object({
  id: z.string(),
  name: z.string(),
  stage: z.string(),
  startedAt: milliseconds.nullable(),
  seconds: seconds.nullable(),
  status: z.enum(['done', 'failed', 'aborted', 'unfinished', 'not-started']),
});

/** A check of a checkpoint. */
export const check = z.object({
  step: z.string(),
  name: z.string(),
  /**
   * `before`, `after-node`, `mixed`, `after`, `after-rollback`; `null` for a check that did not
   * begin.
   */
  point: z.string().nullable(),
  /** `hook`, `burst`, `tempest`, `grenade`. */
  check: z.string().nullable(),
  /** Its failure fails the run; otherwise it only warns. */
  required: z.boolean(),
  status: z.enum(['passed', 'failed', 'not-done']),
  seconds: seconds.nullable(),
  /** Its result, in a sentence. */
  detail: z.string(),
  /** The last lines of its output, if it failed. */
  output: z.string(),
  /** The file with its whole output, in the run's folder. */
  log: z.string().nullable(),
  /** The tests that it is made of. */
  cases: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['passed', 'failed', 'skipped']),
      seconds,
      detail: z.string(),
    }),
  ),
});

/** A time in which the run held the lab as it was, by request or because something failed. */
export const pause = z.object({
  from: milliseconds,
  to: milliseconds,
  seconds,
  /** The step that came next. */
  next: z.string().nullable(),
  why: z.array(z.string()),
  /** `stopped`: nothing was sent during the pause, and the time is in no other figure. */
  load: z.enum(['running', 'stopped', 'none']),
});

/** The initial database of a lab; sizes are those of the server's files. */
export const database = z.object({
  file: z.string(),
  fileBytes: z.number(),
  /** The current migration of the dump. */
  revision: z.string(),
  /** Of tables of the subject. */
  rows: z.record(z.string(), z.number()),
  loadSeconds: seconds,
  /** From the dump to the base's schema. */
  baseSyncSeconds: seconds,
  /** From the base's schema to the target's; `null` if the run did not reach this step. */
  targetSyncSeconds: seconds.nullable(),
  bytesBefore: z.number(),
  bytesAfter: z.number().nullable(),
});
