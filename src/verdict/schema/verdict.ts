import { z } from 'zod';
import type { DeepReadonly } from '../../deep-readonly.ts';
import { TAGS, type TagName } from '../../scenario/tag.ts';
import { cause } from './cause.ts';
import { forecast, orderRule, preflight, threshold } from './expected.ts';
import { count, seconds, release } from './fields.ts';
import { noise, comparison } from './noise.ts';
import { api, beside, unobserved } from './requests.ts';
import { step, check, database, pause } from './steps.ts';
import { tag } from './tag.ts';
import { watched } from './watched.ts';
import {
  changedCode,
  outcomes,
  matrixCell,
  unseenPair,
  revival,
  crossing,
  rollback,
  mixed,
} from './work.ts';

export { TAGS, type TagName };

/**
 * The shape of `verdict.json`, published as a JSON Schema. Times named `from`, `to`, `…At` are
 * milliseconds since the start of the run, as in the events. `seconds` are seconds. Names that end
 * in `Ms` are milliseconds. `null` means: not known, or there was none.
 *
 * A new field that applies to every run is required, and `null` if nothing is known. A field about
 * something that most runs do not have (the user's own database, order rules) is optional, and
 * absent from the others. Neither raises `format`, because readers ignore unknown fields. Existing
 * fields stay.
 */
export const VerdictSchema = z.object({
  /**
   * Version of this format. It goes up when a field is removed or renamed, or changes its meaning.
   * That has not happened so far.
   */
  format: z.literal(1),
  outcome: z.enum(['passed', 'failed', 'error']),
  /** Why the outcome is what it is; for a person. */
  reasons: z.array(z.string()),
  /** How the run ended; `unfinished`: its events break off. */
  ended: z.enum(['completed', 'failed', 'aborted', 'unfinished']),
  /** What ended the run, if it did not complete. */
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      hint: z.string().nullable(),
      step: z.string().nullable(),
    })
    .nullable(),
  lab: z.string(),
  scenario: z.string(),
  subject: z.string(),
  /** The object that users of the subject make, e.g. `stack`; `stacks` counts these. */
  noun: z.string(),
  base: release,
  target: release,
  /**
   * If base and target are the same release: names of the options, files and variables that change
   * from configuration A to B. `null` if the run upgrades a release.
   */
  configurationChanges: z.array(z.string()).nullable(),
  /**
   * SLURP releases between base and target; upstream supports no upgrade that skips one. Absent if
   * there are none.
   */
  skips: z.array(z.string()).optional(),
  /** Swapped infrastructure, by versions; `null` for a version that never served. */
  infrastructure: z.array(
    z.object({
      service: z.string(),
      from: z.string(),
      to: z.string().nullable(),
      /** From the request to stop it until the new one served. */
      seconds: seconds.nullable(),
    }),
  ),
  /** The user's own database; absent if the lab started with an empty one. */
  database: database.optional(),
  choreography: z.string(),
  /** Whose settings the lab had, by its releases for base and target; `null` for the lab's own. */
  deployer: z
    .object({
      name: z.string(),
      base: z.string(),
      target: z.string(),
      vcpus: z.number(),
      changes: z.array(z.string()),
    })
    .nullable(),
  /** The cloud that a watch observed; `null` for a lab that the run rolled. */
  watched: watched.nullable(),
  topology: z.string(),
  /** How the subject's services call each other; absent if the topology leaves it to the default. */
  transport: z.string().optional(),
  seed: z.number(),
  durationSeconds: seconds,
  /** The tags that the scenario requires. */
  require: z.array(z.string()),
  tags: z.object({
    'supports-upgrade': tag,
    'supports-accessible-upgrade': tag,
    'supports-rolling-upgrade': tag,
    'supports-zero-downtime-upgrade': tag,
    'supports-zero-impact-upgrade': tag,
  } satisfies Record<(typeof TAGS)[number], typeof tag>),
  api,
  /**
   * Requests beside the subject's API (`--http`, `--ping`, `load.agent`); absent if there were
   * none. They are not in `api`.
   */
  beside: z.array(beside).optional(),
  /** The gaps of a watch; absent if it has none, and for a lab. */
  unobserved: z.array(unobserved).optional(),
  /** The subject's objects (`noun`), each counted once, by the worst outcome of its operations. */
  stacks: z.object(outcomes),
  /**
   * How many of them were due and not begun, because too many operations were under way already.
   * Absent if each one was begun.
   */
  notBegun: count.optional(),
  /** Single operations on them. */
  operations: z.object(outcomes),
  matrix: z.array(matrixCell),
  revivals: z.array(revival),
  rollback: rollback.nullable(),
  /** Pairs of base and target that the run did not show; a control run has none to show. */
  unseenPairs: z.array(unseenPair),
  /** `null` if no API and engine of two versions meet in the plan. */
  crossing: crossing.nullable(),
  mixed,
  /** Absent if the target has no source or patch of the user. */
  changedCode: changedCode.optional(),
  noise,
  /** Whether requests took longer while services were swapped. */
  impact: z.array(comparison),
  /** The scenario's thresholds, in its order. */
  thresholds: z.array(threshold),
  /** The scenario's order rules, in its order; absent if it has none. */
  rules: z.array(orderRule).optional(),
  /** The scenario's checks, in the plan's order. */
  checks: z.array(check),
  pauses: z.array(pause),
  /** The most harmful first. */
  causes: z.array(cause),
  /** `null`: base and target are the same, or an older rollgate did not record it. */
  preflight: preflight.nullable(),
  /** In the order of preflight; empty if nothing was compared. */
  predictions: z.array(forecast),
  steps: z.array(step),
});

/** The result of a run, with the evidence. */
export type Verdict = DeepReadonly<z.infer<typeof VerdictSchema>>;

export type Status = Verdict['tags']['supports-upgrade']['status'];

export type Tag = Verdict['tags'][TagName];

export type Clause = Tag['clauses'][number];

export type Beside = NonNullable<Verdict['beside']>[number];

/** What a watch learned of the cloud. */
export type Watched = NonNullable<Verdict['watched']>;
export type WatchedService = NonNullable<Watched['services']>[number];
export type WatchedFact = WatchedService['facts'][number];
export type FactValue = WatchedFact['values'][number];

export type Unobserved = NonNullable<Verdict['unobserved']>[number];

export type Api = Verdict['api'];

export type Disruption = Api['disruptions'][number];

export type DisruptionOfAll = Api['together']['all'][number];

export type NoiseFigures = Verdict['noise'];

export type Comparison = Verdict['impact'][number];

export type LostRequest = Api['lost'][number];

export type Latencies = Api['latency'];

export type Outcomes = Verdict['stacks'];

export type Crossing = NonNullable<Verdict['crossing']>;

export type UnseenPair = Verdict['unseenPairs'][number];

export type MatrixCell = Verdict['matrix'][number];

export type Mixed = Verdict['mixed'];

export type ChangedCode = NonNullable<Verdict['changedCode']>;

export type ThresholdResult = Verdict['thresholds'][number];

export type RuleVerdict = NonNullable<Verdict['rules']>[number];

export type CheckVerdict = Verdict['checks'][number];

export type Forecast = Verdict['predictions'][number];

export type PreflightStatus = NonNullable<Verdict['preflight']>;

export type Rollback = NonNullable<Verdict['rollback']>;

export type Revival = Verdict['revivals'][number];

/** Something that explains losses: what, where, since which step, and a sample as evidence. */
export type Cause = Verdict['causes'][number];

/** JSON Schema (2020-12) of `verdict.json`; unknown keys are allowed, since fields may be added. */
export function verdictJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'rollgate verdict', ...z.toJSONSchema(VerdictSchema, { io: 'input' }) };
}
