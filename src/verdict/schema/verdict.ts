import { z } from 'zod';
import type { DeepReadonly } from '../../deep-readonly.ts';
import { TAGS, type TagName } from '../../scenario/tag.ts';
import { SEVERITIES } from '../../events/finding.ts';

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
/** Of served requests, by the version that served. */
const latencySides = z.object({
  all: latency.nullable(),
  base: latency.nullable(),
  target: latency.nullable(),
});
const latencyMeasured = {
  ...latencySides.shape,
  stages: z.object({
    /** Before anything was touched. */
    baseline: latencySides,
    /** Base and target side by side. */
    mixed: latencySides,
    /** When all was swapped, and the load was still the whole one. */
    after: latencySides,
  }),
};
/**
 * How long served requests took to the end of the answer, from the time they were due, and
 * in `fromSend` from the time they were sent. What was sent during a fault is in no stage.
 */
const latencies = z.object({ ...latencyMeasured, fromSend: z.object(latencyMeasured) });

/** HAProxy's termination state (its manual, 8.5), and what it says. */
const termination = z.object({ code: z.string(), meaning: z.string() });

/** A request that was not served, and its address. */
const lostRequest = z.object({
  id: z.string(),
  probe: z.string(),
  connection: z.enum(['new', 'reused']),
  operation: z.string(),
  sentAt: milliseconds,
  /** When its outcome was known. */
  at: milliseconds,
  outcome: z.string(),
  /** The HTTP status that was answered. */
  status: z.int().nullable(),
  node: z.string().nullable(),
  service: z.string().nullable(),
  /** The name of the service's container. */
  container: z.string().nullable(),
  version: z.string().nullable(),
  step: z.string().nullable(),
  /** How it was lost, in a few words. */
  cause: z.string(),
  /** The entry of `causes` that it is counted in. */
  causeId: z.string(),
  /** Of what the load balancer logged of it; `null` where there is no such line. */
  termination: termination.nullable(),
  /** The error or the start of the answer's body. */
  detail: z.string().nullable(),
  /** Lost since the machine was slow or out of reach, and not counted against the subject. */
  noise: z.boolean(),
});
/** From the send of the first lost request to the send of the first served one after it. */
const outage = {
  from: milliseconds,
  to: milliseconds,
  seconds,
  /** Requests lost in it. */
  lost: count,
  /** Whether a request was served again; if not, `to` is the end of the last lost one. */
  recovered: z.boolean(),
  /** Where the first lost request was lost. */
  node: z.string().nullable(),
  step: z.string().nullable(),
  cause: z.string(),
  causeId: z.string(),
  /** All that was lost in it was lost to the machine's noise. */
  noise: z.boolean(),
};
/** Of one probe over one kind of connection. */
const disruption = z.object({
  ...outage,
  probe: z.string(),
  connection: z.enum(['new', 'reused']),
});
/** Of all that was asked, the workload's requests too: in it nobody was served. */
const disruptionOfAll = z.object({
  ...outage,
  /** Whose requests were lost in it. */
  probes: z.array(z.string()),
});
const traffic = {
  /** All that were sent, those lost to noise too. */
  requests: count,
  /** Lost, but for those that the machine's noise explains (`noise.requests`). */
  failed: count,
  /** Arrivals that found no free slot, or the harness too late, and were never sent. */
  dropped: count,
  /** Served requests over all that were sent, without those lost to noise. */
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
/** What was lost to the machine's noise. It is in no other figure of failures. */
const lostToNoise = z.object({
  requests: count,
  /** Of them, those sent while a service was swapped: that may have cost them too. */
  doubtful: count,
  disruptions: count,
  seconds,
});
const api = z.object({
  ...traffic,
  /** Of each probe; those of noise too. */
  disruptions: z.array(disruption),
  /** Of all probes and the workload together, and over new and over kept connections apart. */
  together: z.object({
    all: z.array(disruptionOfAll),
    new: z.array(disruptionOfAll),
    reused: z.array(disruptionOfAll),
  }),
  noise: lostToNoise,
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

/** A stack made by an api of one version, and changed or deleted by one of the other. */
const unseenPair = z.object({
  madeBy: z.string(),
  by: z.string(),
  action: z.enum(['change', 'delete']),
});

/** A stack that was stuck and then asked to go on, as an operator would. It counts as stuck. */
const revival = z.object({
  object: z.string(),
  /** By an update that changes nothing, or by another delete. */
  by: z.enum(['update', 'delete']),
  outcome: z.enum(['completed', 'failed', 'refused', 'unfinished']),
  status: z.string(),
  seconds,
});

/** Services that were at the target and then at the base again. */
const rollback = z.object({
  /** Whether that is legal: whether the base runs on the schema as it then was. */
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

/**
 * When the machine or the harness, and not the subject, was slow or out of reach, as told by
 * requests that do not pass through the subject and by the harness's own delay.
 */
const noise = z.object({
  /** The time that `intervals` without a `fault` take together. */
  seconds,
  /** Of the time in which requests were sent. */
  share: ratio,
  /** The run shows the machine rather than the subject; what needs times is not proven. */
  tooNoisy: z.boolean(),
  /** Why it is too noisy. */
  why: z.string().nullable(),
  intervals: z.array(
    z.object({
      from: milliseconds,
      to: milliseconds,
      /** What showed it: a control probe's name, `harness`, or `machine`. */
      by: z.string(),
      why: z.string(),
      /** What the scenario itself did to an infrastructure service meanwhile: then no noise. */
      fault: z.string().nullable(),
      /** What the machine did at the busiest meanwhile; `null` where it was not sampled. */
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

/** An estimate, and the interval that holds what is true in 99 of 100 cases. */
const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
/**
 * How long requests took while services were swapped, against normal operation of the same run.
 * Served requests, from their send; without the time of faults and of the machine's noise.
 */
const comparison = z.object({
  probe: z.string(),
  connection: z.enum(['new', 'reused']),
  /** Of whom: of what was served by base, by target, or by whomever. */
  side: z.enum(['all', 'base', 'target']),
  /** The version of `side`, or `all`. */
  version: z.string(),
  /** Normal operation: `baseline`, before anything was touched, or `after`, when all was swapped. */
  reference: z.enum(['baseline', 'after']),
  /** It does not pass through the subject: it shows how much slower the machine was. */
  control: z.boolean(),
  /** Requests while services were swapped, and in the reference. */
  n: count,
  nReference: count,
  /** How many more would be needed of each; 0 and 0 where there are enough to compare. */
  missing: z.object({ n: count, nReference: count }),
  p50Ms: milliseconds.nullable(),
  p50ReferenceMs: milliseconds.nullable(),
  p95Ms: milliseconds.nullable(),
  p95ReferenceMs: milliseconds.nullable(),
  /** Of the medians and of the 95th percentiles, by how much longer: 1 is no change. */
  p50Ratio: estimate.nullable(),
  p95Ratio: estimate.nullable(),
  /**
   * Mann and Whitney's one-sided U test: how likely times as long are if nothing had changed; as
   * it counts among all comparisons (Holm). Of a control as it is.
   */
  p: ratio.nullable(),
  /** The same by the slowest tenth of all times alone. */
  pSlowest: ratio.nullable(),
  /**
   * `unsure`: it may be either; `noise`: the machine was slower or faster by the controls, or none
   * of them can tell.
   */
  judged: z.enum(['slower', 'not-slower', 'unsure', 'too-few', 'noise']),
});

/** What kind of harm a cause did, the worst first; `noise`: the machine's, not the subject's. */
export const HARMS = [
  /** A service of the target did not start, or its schema did not move. */
  'upgrade-broken',
  'stacks-lost',
  'stacks-stuck',
  'integrity-broken',
  'stacks-failed',
  'requests-lost',
  /** Served, and held up longer than in normal operation. */
  'slowed',
  'noise',
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
  /**
   * The stack or the request (`req-…`) that it harmed first, as `rollgate follow` takes it; null
   * where it harmed none by name.
   */
  victim: z.string().nullable(),
  /** How many of `unit`. */
  count,
  unit: z.enum(['stacks', 'requests', 'checks', 'log lines', 'seconds', 'steps']),
  /** A log line, an error or a state, as it was first seen. */
  sample: z.string(),
  /** Why this is held to be the cause. */
  evidence: z.array(z.string()),
  /** The option or the way that keeps it from happening, where one is known. */
  avoidedBy: z.string().nullable(),
});

const step = z.object({
  id: z.string(),
  name: z.string(),
  stage: z.string(),
  startedAt: milliseconds.nullable(),
  seconds: seconds.nullable(),
  status: z.enum(['done', 'failed', 'aborted', 'unfinished', 'not-started']),
});

/** What the comparison before the run foretold that a run can show, and whether it did. */
const prediction = z.object({
  /** Of the finding. */
  id: z.string(),
  title: z.string(),
  severity: z.enum(SEVERITIES),
  /** The choreography was held to keep it from happening. */
  avoided: z.boolean(),
  /** Why the plan keeps it from happening. */
  avoidedSince: z.string().nullable(),
  /** How often what it takes came together in the run; `null`: nothing has to. */
  met: z.number().nullable(),
  /** Where it takes a message: from whom to whom it goes. */
  pairs: z.array(
    z.object({
      sender: z.enum(['api', 'engine']),
      from: z.enum(['base', 'target']),
      to: z.enum(['base', 'target']),
    }),
  ),
  /** The method that the message calls; `null`: any, or no message. */
  method: z.string().nullable(),
  /** Choreographies in which it comes together. */
  metBy: z.array(z.string()),
  cameTrue: z.boolean(),
  /** The entries of `causes` that show it. */
  causes: z.array(z.string()),
});

const threshold = z.object({
  /** As the scenario writes it, e.g. `http_req_duration{probe:list}`. */
  metric: z.string(),
  /** E.g. `p(95)<800ms`. */
  expression: z.string(),
  /** `not-measured`: there was nothing to measure it on, and so it is not met. */
  status: z.enum(['passed', 'failed', 'not-measured']),
  value: z.number().nullable(),
  unit: z.enum(['ms', 'none']),
});

/** A check of a checkpoint. */
const check = z.object({
  step: z.string(),
  name: z.string(),
  /** `before`, `after-node`, `mixed`, `after`, `after-rollback`; `null` for one that did not begin. */
  point: z.string().nullable(),
  /** `hook`, `burst`, `tempest`, `grenade`. */
  check: z.string().nullable(),
  /** The run fails with it; else it only warns. */
  required: z.boolean(),
  status: z.enum(['passed', 'failed', 'not-done']),
  seconds: seconds.nullable(),
  /** What it came to, in a sentence. */
  detail: z.string(),
  /** The last lines of its output, where it failed. */
  output: z.string(),
  /** The file with all of its output, within the run's folder. */
  log: z.string().nullable(),
  /** The tests that it is made of. */
  cases: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['passed', 'failed', 'skipped']),
      seconds,
      detail: z.string(),
    }),
  ),
});

/** A time in which the run held the lab as it was, since somebody asked for it or something failed. */
const pause = z.object({
  from: milliseconds,
  to: milliseconds,
  seconds,
  /** The step that came next. */
  next: z.string().nullable(),
  why: z.array(z.string()),
  /** `stopped`: nothing was asked meanwhile, and the time is in no other figure. */
  load: z.enum(['running', 'stopped', 'none']),
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
  revivals: z.array(revival),
  rollback: rollback.nullable(),
  /** Pairs of base and target that the run did not show; a control run has none to show. */
  unseenPairs: z.array(unseenPair),
  /**
   * The calls that a user can cause, each from an API of one version to an engine of the other in
   * both directions; `null` where the plan brings no API and engine of two versions together.
   */
  crossing: z
    .object({
      wanted: z.number(),
      met: z.number(),
      unmet: z.array(
        z.object({
          operation: z.string(),
          from: z.enum(['base', 'target']),
          to: z.enum(['base', 'target']),
        }),
      ),
    })
    .nullable(),
  mixed,
  noise,
  /** Whether requests took longer while services were swapped. */
  impact: z.array(comparison),
  /** The scenario's thresholds, in its order. */
  thresholds: z.array(threshold),
  /** The scenario's checks, in the plan's order. */
  checks: z.array(check),
  pauses: z.array(pause),
  /** The most harmful first. */
  causes: z.array(cause),
  /** In the order in which they were foretold; none where nothing was compared. */
  predictions: z.array(prediction),
  steps: z.array(step),
});

/** What a run showed, with the evidence. */
export type Verdict = DeepReadonly<z.infer<typeof VerdictSchema>>;
export type Status = Verdict['tags']['supports-upgrade']['status'];
export type Tag = Verdict['tags'][TagName];
export type Clause = Tag['clauses'][number];
export type Api = Verdict['api'];
export type Disruption = Api['disruptions'][number];
export type DisruptionOfAll = Api['together']['all'][number];
export type Noise = Verdict['noise'];
export type Comparison = Verdict['impact'][number];
export type LostRequest = Api['lost'][number];
export type Latencies = Api['latency'];
export type Outcomes = Verdict['stacks'];
export type Crossing = NonNullable<Verdict['crossing']>;
export type UnseenPair = Verdict['unseenPairs'][number];
export type MatrixCell = Verdict['matrix'][number];
export type Mixed = Verdict['mixed'];
export type ThresholdResult = Verdict['thresholds'][number];
export type CheckVerdict = Verdict['checks'][number];
export type Prediction = Verdict['predictions'][number];
export type Rollback = NonNullable<Verdict['rollback']>;
export type Revival = Verdict['revivals'][number];
export type Cause = Verdict['causes'][number];

/** JSON Schema (2020-12) of `verdict.json`; unknown keys are allowed, since fields may be added. */
export function verdictJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'rollgate verdict', ...z.toJSONSchema(VerdictSchema, { io: 'input' }) };
}
