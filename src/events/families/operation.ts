import { z } from 'zod';
import { at, requestId } from '../fields.ts';

/** The API accepted a write (2xx): an obligation until it is settled. */
export const operationAccepted = z.object({
  type: z.literal('operation-accepted'),
  at,
  /** Identifier of the operation within the run. */
  operation: z.string(),
  /** The action, e.g. `create`, `update`, `delete`. */
  action: z.string(),
  /** The object, e.g. the stack's name. */
  object: z.string(),
  /** The object's identity in the subject, which log lines may have instead of its name. */
  identity: z.string().optional(),
  sentAt: z.number(),
  request: requestId,
  server: z.string().optional(),
});

/** An engine that holds a part of an object. */
const holder = z.object({
  /** As in `service-serving`. */
  engineId: z.string(),
  /** The subject's service list no longer has it. */
  gone: z.boolean(),
});
export type Holder = Readonly<z.infer<typeof holder>>;

export const operationSettled = z.object({
  type: z.literal('operation-settled'),
  /** When the load saw the end, which may be later than the end itself. */
  at,
  operation: z.string(),
  action: z.string(),
  object: z.string(),
  outcome: z.enum(['completed', 'failed', 'stuck', 'lost']),
  /** The subject's status and reason, e.g. `CREATE_FAILED: …`. */
  status: z.string(),
  /** When the subject last showed progress on it. */
  lastProgressAt: z.number().optional(),
  /**
   * For a stuck operation: when the stalled work became due, according to the subject's records.
   */
  stalledAt: z.number().optional(),
  /** For a stuck operation: the subject shows no sign that it ever began. */
  neverBegun: z.literal(true).optional(),
  /** For an operation that did not complete: its unfinished parts, and the holder of each. */
  unfinished: z
    .array(
      z.object({
        part: z.string(),
        status: z.string(),
        /** In words: `node1 ENGINE-ID (gone)`. */
        heldBy: z.string().optional(),
        /** The engine that holds it; older streams have only the words. */
        holder: holder.optional(),
        /** A record in the subject's database that blocks it. */
        blocked: z
          .object({
            /** The fault, in the same words for all faults of one kind. */
            by: z.string(),
            /** The part of the record that shows the fault. */
            detail: z.string(),
            avoidedBy: z.string(),
          })
          .optional(),
      }),
    )
    .optional(),
});

/**
 * The result of a revival: an operator's attempt to get a stuck object going again. The ledger
 * still counts it as stuck.
 */
export const revivalEnded = z.object({
  type: z.literal('revival-ended'),
  at,
  /** As in `operation-accepted`. */
  object: z.string(),
  /** By an update without changes, or by another delete. */
  by: z.enum(['update', 'delete']),
  /** `refused`: the API did not accept it; `unfinished`: it had not ended at the time limit. */
  outcome: z.enum(['completed', 'failed', 'refused', 'unfinished']),
  /** The subject's reason, or the API's answer. */
  status: z.string(),
  /** The time since the request. */
  seconds: z.number(),
});

/** One check of a condition, e.g. that a random string did not change. */
export const integrityChecked = z.object({
  type: z.literal('integrity-checked'),
  at,
  check: z.string(),
  object: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  /**
   * For a check of rows in the subject's database: the rows that it found. A lost request may have
   * left them.
   */
  left: z
    .object({
      rows: z.array(
        z.object({
          table: z.string(),
          id: z.string(),
          /** When it was written, in milliseconds since the start of the run; full seconds. */
          at,
        }),
      ),
      /** Why a request that fails leaves such a row, in every release. */
      why: z.string(),
    })
    .optional(),
  /** For a check that counts objects elsewhere: how many more there are than there should be. */
  surplus: z
    .object({
      count: z.number(),
      /** This many may be left in any run. */
      within: z.number(),
      /** The signature of the log line by which a refused deletion of one of them is known. */
      refusedBy: z.string(),
      /** What the subject does after such a refusal, in every release. */
      why: z.string(),
    })
    .optional(),
});
/** A check of integrity that could not be made, so that nothing is known about it. */
export const integrityLeftOut = z.object({
  type: z.literal('integrity-left-out'),
  at,
  check: z.string(),
  /** A phrase that completes “Not judged, since …”. */
  why: z.string(),
});
export type LeftRow = Readonly<
  NonNullable<z.infer<typeof integrityChecked>['left']>['rows'][number]
>;
