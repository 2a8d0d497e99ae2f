import { z } from 'zod';
import { at } from '../fields.ts';

/** A check of a checkpoint begins; its step has the same id. */
export const checkStarted = z.object({
  type: z.literal('check-started'),
  at,
  step: z.string(),
  /** `before`, `after-node`, `mixed`, `after`, `after-rollback`. */
  point: z.string(),
  /** `hook`, `burst`, `tempest`, `grenade`. */
  check: z.string(),
  onFailure: z.enum(['fail', 'warn']),
});

/** One of the tests of a check. */
export const checkCase = z.object({
  type: z.literal('check-case'),
  at,
  step: z.string(),
  name: z.string(),
  status: z.enum(['passed', 'failed', 'skipped']),
  seconds: z.number(),
  /** For a failed test its traceback, for a skipped test the reason. */
  detail: z.string(),
});

export const checkFinished = z.object({
  type: z.literal('check-finished'),
  at,
  step: z.string(),
  status: z.enum(['passed', 'failed']),
  seconds: z.number(),
  /** The result, in a sentence. */
  detail: z.string(),
  /** The last lines of its output; empty if it passed. */
  output: z.string(),
  /** The file with its whole output, in the run's folder. */
  log: z.string().optional(),
});
