import { z } from 'zod';
import { milliseconds, count } from './fields.ts';

/** The kind of harm of a cause, the worst first; `noise`: the machine's, not the subject's. */
export const HARMS = [
  /** A service of the target did not start or stop, or its schema did not move. */
  'upgrade-broken',
  'stacks-lost',
  'stacks-stuck',
  'integrity-broken',
  'stacks-failed',
  'requests-lost',
  /** Served, but later than in normal operation. */
  'slowed',
  'noise',
  'log-only',
] as const;

export const cause = z.object({
  /** Unique in a verdict, and the same for the same cause in another run of the plan. */
  id: z.string(),
  /** The same for the same fault in a run of another commit: no version, node, step or count. */
  key: z.string(),
  /** The class of the cause, e.g. `work-refused-after-acknowledgement`. */
  kind: z.string(),
  harm: z.enum(HARMS),
  title: z.string(),
  /** Where it was seen first. */
  node: z.string().nullable(),
  /** All nodes where it was seen, in that order. */
  nodes: z.array(z.string()),
  service: z.string().nullable(),
  version: z.string().nullable(),
  /** The step at which it began. */
  step: z.string().nullable(),
  stepName: z.string().nullable(),
  firstAt: milliseconds,
  /**
   * The first object or request (`req-…`) that it harmed, in the form for `rollgate follow`; null if
   * it harmed none with a name.
   */
  victim: z.string().nullable(),
  /** How many of `unit`. */
  count,
  unit: z.enum(['stacks', 'requests', 'checks', 'log lines', 'seconds', 'steps']),
  /** A log line, an error or a state, as it was first seen. */
  sample: z.string(),
  /** The evidence that this is the cause. */
  evidence: z.array(z.string()),
  /** The option or the method that prevents it, if known. */
  avoidedBy: z.string().nullable(),
});
