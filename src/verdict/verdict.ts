import { z } from 'zod';
import { TAGS, type TagName } from '../scenario/tag.ts';

export { TAGS, type TagName };

/**
 * The shape of `verdict.json`, published as a JSON Schema. Times named `from`, `to`, `…At` are
 * milliseconds since the start of the run, as in the events; `seconds` are seconds; names
 * that end in `Ms` are milliseconds. `null` says: not known, or there was none.
 */
const milliseconds = z.number();
const seconds = z.number();
const count = z.int().min(0);
/** From 0 to 1. */
const ratio = z.number().min(0).max(1);
const release = z.object({ series: z.string(), version: z.string(), image: z.string() });

/** `failed`: shown to be untrue. `not-proven`: could not be measured, and so is not passed. */
const status = z.enum(['proven', 'failed', 'not-proven']);
const clause = z.object({
  id: z.string(),
  status,
  /** What the clause claims. */
  title: z.string(),
  /** What shows it; where it is not proven, the first line says why. */
  evidence: z.array(z.string()),
});
const tag = z.object({ status, clauses: z.array(clause) });

const latency = z.object({
  requests: count,
  p50Ms: milliseconds,
  p95Ms: milliseconds,
  p99Ms: milliseconds,
  maxMs: milliseconds,
});
/** Served requests, from the time they were due to the end of the answer, by who served. */
const latencies = z.object({
  all: latency.nullable(),
  base: latency.nullable(),
  target: latency.nullable(),
});

/** A request that was not served, and its address. */
const lostRequest = z.object({
  id: z.string(),
  probe: z.string(),
  connection: z.enum(['new', 'reused']),
  operation: z.string(),
  sentAt: milliseconds,
  /** When its outcome was known. */
  at: milliseconds,
  node: z.string().nullable(),
  service: z.string().nullable(),
  version: z.string().nullable(),
  step: z.string().nullable(),
  /** How it was lost, in a few words. */
  cause: z.string(),
  /** The entry of `causes` that it is counted in. */
  causeId: z.string(),
  /** The error or the start of the answer's body. */
  detail: z.string().nullable(),
});
/** From the send of the first lost request to the send of the first served one after it. */
const disruption = z.object({
  from: milliseconds,
  to: milliseconds,
  seconds,
  probe: z.string(),
  connection: z.enum(['new', 'reused']),
  /** Requests lost in it. */
  lost: count,
  /** Whether a request was served again; if not, `to` is the end of the last lost one. */
  recovered: z.boolean(),
  /** Where the first lost request was lost. */
  node: z.string().nullable(),
  step: z.string().nullable(),
  cause: z.string(),
  causeId: z.string(),
});
const traffic = {
  requests: count,
  failed: count,
  /** Arrivals that found no free slot and were never sent. */
  dropped: count,
  /** Served requests over all that were sent. */
  availability: ratio.nullable(),
};
const probe = z.object({
  probe: z.string(),
  connection: z.enum(['new', 'reused']),
  requests: count,
  failed: count,
  availability: ratio.nullable(),
  latency: latencies,
});
const api = z.object({
  ...traffic,
  disruptions: z.array(disruption),
  latency: latencies,
  probes: z.array(probe),
  /** Requests that do not pass through the subject: the harness's own noise. */
  control: z.object(traffic),
  lost: z.array(lostRequest),
});

const outcomes = {
  accepted: count,
  completed: count,
  stuck: count,
  failed: count,
  lost: count,
  /** Accepted, and the stream ends before the outcome is known. */
  unsettled: count,
};
/** Stacks that an api of one version made and an api of another (or the same) changed. */
const matrixCell = z.object({
  madeBy: z.string(),
  changedBy: z.string(),
  action: z.string(),
  ...outcomes,
});

const perSide = z.object({ base: count, target: count });
/** The time in which services of base and of target ran side by side. */
const mixed = z.object({
  seconds,
  intervals: z.array(z.object({ from: milliseconds, to: milliseconds })),
  /** Requests served in it, by the version that served. */
  requests: perSide,
  /** Pieces of work begun in it, by the version that worked. */
  work: perSide,
});

/** What kind of harm a cause did, the worst first. */
export const HARMS = [
  'stacks-lost',
  'stacks-stuck',
  'integrity-broken',
  'stacks-failed',
  'requests-lost',
  'log-only',
] as const;
const cause = z.object({
  /** Unique in a verdict, and the same for the same cause in another run of the plan. */
  id: z.string(),
  /** The class of the cause, e.g. `work-refused-after-acknowledgement`. */
  kind: z.string(),
  harm: z.enum(HARMS),
  title: z.string(),
  /** Where it was seen first. */
  node: z.string().nullable(),
  /** All nodes where it was seen, in the order in which it was. */
  nodes: z.array(z.string()),
  service: z.string().nullable(),
  version: z.string().nullable(),
  /** The step at which it began. */
  step: z.string().nullable(),
  stepName: z.string().nullable(),
  firstAt: milliseconds,
  /** How many of `unit`. */
  count,
  unit: z.enum(['stacks', 'requests', 'checks', 'log lines']),
  /** A log line, an error or a state, as it was first seen. */
  sample: z.string(),
  /** Why this is held to be the cause. */
  evidence: z.array(z.string()),
});

const step = z.object({
  id: z.string(),
  name: z.string(),
  stage: z.string(),
  startedAt: milliseconds.nullable(),
  seconds: seconds.nullable(),
  status: z.enum(['done', 'failed', 'aborted', 'unfinished', 'not-started']),
});

export const VerdictSchema = z.object({
  /** Version of this format. */
  format: z.literal(1),
  outcome: z.enum(['passed', 'failed', 'error']),
  /** Why the outcome is what it is; for a person. */
  reasons: z.array(z.string()),
  /** How the run ended; `unfinished`: its events break off. */
  ended: z.enum(['completed', 'failed', 'aborted', 'unfinished']),
  /** What ended the run, where it did not complete. */
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
  base: release,
  target: release,
  choreography: z.string(),
  topology: z.string(),
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
  /** Stacks, each counted once, by the worst outcome of its operations. */
  stacks: z.object(outcomes),
  /** Single operations on them. */
  operations: z.object(outcomes),
  matrix: z.array(matrixCell),
  mixed,
  /** The most harmful first. */
  causes: z.array(cause),
  steps: z.array(step),
});

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** What a run showed, with the evidence. */
export type Verdict = DeepReadonly<z.infer<typeof VerdictSchema>>;
export type Status = Verdict['tags']['supports-upgrade']['status'];
export type Tag = Verdict['tags'][TagName];
export type Clause = Tag['clauses'][number];
export type Api = Verdict['api'];
export type Disruption = Api['disruptions'][number];
export type LostRequest = Api['lost'][number];
export type Latencies = Api['latency'];
export type Outcomes = Verdict['stacks'];
export type MatrixCell = Verdict['matrix'][number];
export type Mixed = Verdict['mixed'];
export type Cause = Verdict['causes'][number];

/** JSON Schema (2020-12) of `verdict.json`; unknown keys are allowed, since fields may be added. */
export function verdictJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'rollgate verdict', ...z.toJSONSchema(VerdictSchema, { io: 'input' }) };
}
