import { z } from 'zod';
import { at } from '../fields.ts';

/** A container's life, from the container engine's events. */
export const containerChanged = z.object({
  type: z.literal('container-changed'),
  at,
  /** `node1/heat-engine`, or the name of an infrastructure service. */
  container: z.string(),
  change: z.enum(['started', 'paused', 'resumed', 'killed', 'out-of-memory', 'exited']),
  exitCode: z.number().optional(),
  /** For a kill: the signal's number. */
  signal: z.number().optional(),
});

/** CPU and memory since the previous sample. */
export const usageSampled = z.object({
  type: z.literal('usage-sampled'),
  at,
  containers: z.array(
    z.object({
      container: z.string(),
      /** Cores in use; 1 is one core. */
      cpu: z.number(),
      /**
       * Share of the time in which at least one of its tasks waited for a core. Absent if the kernel
       * does not count it.
       */
      waited: z.number().optional(),
      memoryBytes: z.number(),
    }),
  ),
  /** The whole machine: cores in use, and runnable tasks that waited for a core. */
  machine: z.object({ cores: z.number(), busy: z.number(), runnable: z.number() }),
});

/** The harness's own event-loop delay over the last interval. */
export const harnessDelay = z.object({
  type: z.literal('harness-delay'),
  at,
  p99Ms: z.number(),
  maxMs: z.number(),
});
