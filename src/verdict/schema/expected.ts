import { z } from 'zod';
import { NO_FORECASTS } from '../../events/families/run.ts';
import { SEVERITIES } from '../../events/finding.ts';
import { ROLES, SIDES } from '../../words.ts';
import { status } from './fields.ts';

/** A forecast of preflight that a run can show, and whether it came true. */
export const forecast = z.object({
  /** Of the finding. */
  id: z.string(),
  title: z.string(),
  severity: z.enum(SEVERITIES),
  /** The choreography was expected to prevent it. */
  avoided: z.boolean(),
  /** Why the plan prevents it. */
  avoidedSince: z.string().nullable(),
  /** How often its two sides met in the run; `null`: no sides have to meet. */
  met: z.number().nullable(),
  /** If it needs a message: the sides that send and receive it. */
  pairs: z.array(
    z.object({
      sender: z.enum(ROLES),
      from: z.enum(SIDES),
      to: z.enum(SIDES),
    }),
  ),
  /** The method that the message calls; `null`: any, or no message. */
  method: z.string().nullable(),
  /** Choreographies in which the two sides meet. */
  metBy: z.array(z.string()),
  cameTrue: z.boolean(),
  /** The entries of `causes` that show it. */
  causes: z.array(z.string()),
});

/** Whether the two images were compared before the run. */
export const preflight = z.object({
  /** `made`: `predictions` has what a run can show of it. */
  status: z.enum(['made', ...NO_FORECASTS]),
  /** Why there are no forecasts. */
  why: z.string().nullable(),
});

export const threshold = z.object({
  /** As the scenario writes it, e.g. `http_req_duration{probe:list}`. */
  metric: z.string(),
  /** E.g. `p(95)<800ms`. */
  expression: z.string(),
  /** `not-measured`: there was nothing to measure, so it is not met. */
  status: z.enum(['passed', 'failed', 'not-measured']),
  value: z.number().nullable(),
  unit: z.enum(['ms', 'none']),
});

/** An order that the scenario requires, judged by the times at which services ran. */
export const orderRule = z.object({
  /** As the scenario names it. */
  name: z.string(),
  /** In a sentence. */
  rule: z.string(),
  status,
  /** Which services broke it, when and in which step; the longest breach first. */
  evidence: z.array(z.string()),
});
