import { z } from 'zod';
import { SIDES } from '../../words.ts';
import { milliseconds, seconds, count, status } from './fields.ts';

export const outcomes = {
  accepted: count,
  completed: count,
  stuck: count,
  failed: count,
  lost: count,
  /** Accepted, but the events end before the outcome is known. */
  unsettled: count,
};

/** Objects that an api of one version made and an api of another (or the same) changed. */
export const matrixCell = z.object({
  madeBy: z.string(),
  changedBy: z.string(),
  action: z.string(),
  ...outcomes,
});

/** An object made by an api of one version, and changed or deleted by one of the other. */
export const unseenPair = z.object({
  madeBy: z.string(),
  by: z.string(),
  action: z.enum(['change', 'delete']),
});

/** A stuck object that was revived, as an operator would do. It still counts as stuck. */
export const revival = z.object({
  object: z.string(),
  /** By an update without changes, or by another delete. */
  by: z.enum(['update', 'delete']),
  outcome: z.enum(['completed', 'failed', 'refused', 'unfinished']),
  status: z.string(),
  seconds,
});

/**
 * The calls that a user can cause, each from an API of one version to an engine of the other in
 * both directions.
 */
export const crossing = z.object({
  wanted: z.number(),
  met: z.number(),
  unmet: z.array(
    z.object({
      operation: z.string(),
      from: z.enum(SIDES),
      to: z.enum(SIDES),
    }),
  ),
});

/** Services that were at the target and then at the base again. */
export const rollback = z.object({
  /** Whether that is legal, i.e. whether the base runs on the schema of that time. */
  status,
  /** The database's revision at the run's start and at the rollback's. */
  schema: z.object({
    base: z.string().nullable(),
    back: z.string().nullable(),
    moved: z.boolean(),
  }),
  services: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      from: milliseconds,
      to: milliseconds,
      served: z.boolean(),
      /** That it served. */
      requests: count,
      /** Pieces of work that it began. */
      work: count,
      /** Errors of the database in its log. */
      schemaErrors: count,
    }),
  ),
  evidence: z.array(z.string()),
});

/** Which changed statements of the target's own source ran. */
export const changedCode = z.object({
  /** Statements that differ from the base's and are followed. */
  statements: count,
  /** Those that ran. */
  ran: count,
  /** Those that ran in the mixed state. */
  met: count,
  /** By function, those that did not run in the mixed state; the first hundred functions. */
  notMet: z.array(
    z.object({
      file: z.string(),
      /** `null`: statements of the module itself. */
      function: z.string().nullable(),
      /** The first line of each. */
      lines: z.array(z.int()),
    }),
  ),
  /** The base's functions that changed. */
  functions: count.optional(),
  /** Those of them that were entered in the mixed state, or that no lab can reach. */
  entered: count.optional(),
  /** The first hundred of the others. */
  notEntered: z.array(z.string()).optional(),
  /** Further statements, which were too many to follow. */
  omitted: count,
  /** Why it is unknown which ran; `null` if it is known. */
  unknown: z.string().nullable(),
});

const perSide = z.object({ base: count, target: count });

/** The time in which services of base and of target ran side by side. */
export const mixed = z.object({
  seconds,
  intervals: z.array(z.object({ from: milliseconds, to: milliseconds })),
  /** Requests served in it, by the version that served. */
  requests: perSide,
  /** Pieces of work begun in it, by the version that worked. */
  work: perSide,
});
