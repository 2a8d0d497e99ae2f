import { z } from 'zod';
import { at } from '../fields.ts';

export const stepStarted = z.object({
  type: z.literal('step-started'),
  at,
  step: z.string(),
  /** A step outside the plan, which a script requested. */
  what: z
    .object({
      name: z.string(),
      kind: z.string(),
      stage: z.string(),
      node: z.string().optional(),
      /** For a step that a user marked: the user's description. */
      service: z.string().optional(),
      version: z.string().optional(),
    })
    .optional(),
});

export const stepFinished = z.object({
  type: z.literal('step-finished'),
  at,
  step: z.string(),
  status: z.enum(['done', 'failed', 'aborted']),
  seconds: z.number(),
  error: z
    .object({ code: z.string(), message: z.string(), hint: z.string().optional() })
    .optional(),
});

/** An observation of a step for the reader, e.g. the state of the queues. */
export const stepNote = z.object({
  type: z.literal('step-note'),
  at,
  step: z.string(),
  text: z.string(),
});

/** Something that a scenario does to the lab on purpose, from its beginning to its end. */
export const faultBegan = z.object({
  type: z.literal('fault-began'),
  at,
  step: z.string(),
  fault: z.string(),
  /** `node1/heat-api`, the name of an infrastructure service, or `machine`. */
  on: z.string(),
});

export const faultEnded = z.object({
  type: z.literal('fault-ended'),
  at,
  step: z.string(),
  fault: z.string(),
  on: z.string(),
  /** Its effect, if the container engine cannot know it, e.g. the number of delayed packets. */
  effect: z.object({ packets: z.number().optional(), text: z.string() }).optional(),
});
