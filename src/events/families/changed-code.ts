import { z } from 'zod';
import { at, where } from '../fields.ts';

/**
 * Differences between the target's source and the base's, if the target is a source tree or has
 * patches.
 */
export const codeChanged = z.object({
  type: z.literal('code-changed'),
  at,
  statements: z.array(
    z.object({
      /** Below the folder of its package, e.g. `heat/engine/service.py`. */
      file: z.string(),
      /** In the target's image. */
      path: z.string(),
      /**
       * E.g. `EngineService.create_stack`; `null`: it runs as its module is loaded, like a class’s own
       * statements and the definition of a new function.
       */
      function: z.string().nullable(),
      /** In a function that the base does not have. */
      added: z.boolean().optional(),
      /** Its first line, 1-based. */
      line: z.int(),
      /** The statement counts as run as soon as one of these lines ran. */
      lines: z.array(z.int()),
      /** The lines of the first statement of its function: if one ran, the function was entered. */
      entry: z.array(z.int()).optional(),
      /** No lab can run it, such as code for a service that no lab has. */
      beyond: z.boolean().optional(),
    }),
  ),
  /** Further statements, which are too many to follow. */
  omitted: z.int(),
});

/** A process of the target begins to report which changed lines run, or reports why it cannot. */
export const codeWatched = z.object({
  type: z.literal('code-watched'),
  at,
  ...where,
  version: z.string(),
  /** Why it does not. */
  unknown: z.string().optional(),
});

/** A changed line, or the first line of a function with one, ran for the first time in a process. */
export const codeRan = z.object({
  type: z.literal('code-ran'),
  at,
  ...where,
  version: z.string(),
  path: z.string(),
  line: z.int(),
});
