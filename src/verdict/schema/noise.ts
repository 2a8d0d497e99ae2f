import { z } from 'zod';
import { CONNECTIONS, SIDES } from '../../words.ts';
import { milliseconds, seconds, count, ratio } from './fields.ts';

/**
 * When the machine or the harness, and not the subject, was slow or unreachable. Requests that
 * bypass the subject show it, and so does the harness's own delay.
 */
export const noise = z.object({
  /** The total time of the `intervals` without a `fault`. */
  seconds,
  /** Of the time in which requests were sent. */
  share: ratio,
  /** The run shows the machine rather than the subject; clauses about times are not proven. */
  tooNoisy: z.boolean(),
  /** Why it is too noisy. */
  why: z.string().nullable(),
  intervals: z.array(
    z.object({
      from: milliseconds,
      to: milliseconds,
      /** The observer: a control probe's name, `harness`, or `machine`. */
      by: z.string(),
      why: z.string(),
      /**
       * A fault of the scenario in an infrastructure service at that time: then the interval is not
       * noise.
       */
      fault: z.string().nullable(),
      /** The peak load of the machine at that time; `null` if it was not sampled. */
      machine: z
        .object({
          cores: z.number(),
          /** Cores in use, by all and by the lab's containers. */
          busy: z.number(),
          lab: z.number(),
          /** Threads that ran or waited for a core. */
          runnable: z.number(),
        })
        .nullable(),
    }),
  ),
});

/** An estimate, and the interval that contains the true value in 99 of 100 cases. */
const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

/**
 * How long requests took while services were swapped, compared with normal operation of the same
 * run. It counts served requests from the time of sending, outside faults and the machine's noise.
 */
export const comparison = z.object({
  probe: z.string(),
  connection: z.enum(CONNECTIONS),
  /** The side that served the requests: base, target, or either. */
  side: z.enum(['all', ...SIDES]),
  /** The version of `side`, or `all`. */
  version: z.string(),
  /**
   * Normal operation: `baseline`, before anything was changed, or `after`, when everything was
   * swapped.
   */
  reference: z.enum(['baseline', 'after']),
  /** It bypasses the subject: it shows how much slower the machine was. */
  control: z.boolean(),
  /** Requests while services were swapped, and in the reference. */
  n: count,
  nReference: count,
  /** How many more of each would be needed; 0 and 0 if there are enough to compare. */
  missing: z.object({ n: count, nReference: count }),
  p50Ms: milliseconds.nullable(),
  p50ReferenceMs: milliseconds.nullable(),
  p95Ms: milliseconds.nullable(),
  p95ReferenceMs: milliseconds.nullable(),
  /** The ratios of the medians and of the 95th percentiles; 1 is no change. */
  p50Ratio: estimate.nullable(),
  p95Ratio: estimate.nullable(),
  /**
   * Mann and Whitney's one-sided U test: the probability of such long times if nothing had changed;
   * corrected for all comparisons (Holm), except for a control.
   */
  p: ratio.nullable(),
  /** The same, using only the slowest tenth of all times. */
  pSlowest: ratio.nullable(),
  /**
   * `unsure`: it may be either. `noise`: the controls show that the machine was slower or faster,
   * or there are too few controls to say.
   */
  judged: z.enum(['slower', 'not-slower', 'unsure', 'too-few', 'noise']),
});
