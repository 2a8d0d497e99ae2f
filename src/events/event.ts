import { z } from 'zod';
import { checkCase, checkFinished, checkStarted } from './check.ts';
import { FindingSchema } from './finding.ts';

/**
 * Everything that a run tells, as one discriminated union on `type`. What a person or a
 * machine reads (terminal, verdict, reports) is a pure reduction of a stream of these.
 *
 * Times named `at`, `…At` are milliseconds since the start of the run on a monotonic clock;
 * `time` is wall-clock ISO 8601. `node`, `service` name a service container: service is
 * the container's service instance, e.g. `heat-engine` or `heat-engine.2`.
 */
const at = z.number();
const where = { node: z.string(), service: z.string() };
const release = z.object({ series: z.string(), version: z.string(), image: z.string() });
const side = z.enum(['base', 'target']);
/** As which of the two it was started; streams of before do not say. */
const startedAs = { side: side.optional() };

/** How one request ended. `served` is the only success. */
export const OUTCOMES = [
  'served',
  /** TCP connect was refused or the host was unreachable. */
  'connect-refused',
  /** The connection broke before the first byte of an answer. */
  'reset-before-answer',
  /** The connection broke within the answer. */
  'reset-within-answer',
  'timeout',
  'dns',
  'tls',
  /** A 5xx that the service itself sent. */
  '5xx-service',
  /** A 5xx that the load balancer made up. */
  '5xx-balancer',
  /** A status other than the one that was due, below 500. */
  'unexpected-status',
  /** The due status with a body that is not what was asked for. */
  'wrong-body',
  /** An operation of a user's own client failed, in whatever way that client has. */
  'client-failed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

const runStarted = z.object({
  type: z.literal('run-started'),
  at,
  time: z.string(),
  /** Version of the event format. */
  format: z.literal(1),
  lab: z.string(),
  seed: z.number(),
  scenario: z.string(),
  subject: z.string(),
  choreography: z.string(),
  topology: z.string(),
  /** Whose settings the lab has, by its releases for base and target; absent for the lab's own. */
  deployer: z
    .object({
      name: z.string(),
      base: z.string(),
      target: z.string(),
      /** Virtual CPUs that a node is taken to have. */
      vcpus: z.number(),
      /** Options and variables that its release for the target sets otherwise. */
      changes: z.array(z.string()),
    })
    .optional(),
  base: release,
  target: release,
  /** Base and target are one and the same image, so that nothing is upgraded. */
  restart: z.boolean().optional(),
  /** Names of the tags that the scenario requires. */
  require: z.array(z.string()),
  /** The scenario's thresholds as they are written. */
  thresholds: z.array(z.object({ metric: z.string(), expression: z.string() })).optional(),
  /** Options that the scenario gives to only one of base and target, e.g. `DEFAULT.debug`. */
  optionsOfOneSide: z.array(z.string()).optional(),
  /** Of a hop of a chain: the objects that a run before it made on the lab, and that live. */
  carried: z.array(z.string()).optional(),
  /** The plan, in the order in which steps are carried out; the same ids as in step events. */
  stages: z.array(
    z.object({
      name: z.string(),
      steps: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          kind: z.string(),
          node: z.string().optional(),
        }),
      ),
    }),
  ),
  /** The service containers that exist when the run starts. */
  services: z.array(
    z.object({
      ...where,
      role: z.enum(['api', 'engine']),
      series: z.string(),
      version: z.string(),
      /** The identity under which the subject lists an engine. */
      engineId: z.string().optional(),
      /** The container's name; it is kept when the service is swapped. */
      container: z.string().optional(),
    }),
  ),
});

const stepStarted = z.object({
  type: z.literal('step-started'),
  at,
  step: z.string(),
  /** Of one that the plan does not have, since a script asked for it. */
  what: z
    .object({
      name: z.string(),
      kind: z.string(),
      stage: z.string(),
      node: z.string().optional(),
    })
    .optional(),
});
const stepFinished = z.object({
  type: z.literal('step-finished'),
  at,
  step: z.string(),
  status: z.enum(['done', 'failed', 'aborted']),
  seconds: z.number(),
  error: z
    .object({ code: z.string(), message: z.string(), hint: z.string().optional() })
    .optional(),
});
/** What a step saw that a reader should know, e.g. the state of the queues. */
const stepNote = z.object({ type: z.literal('step-note'), at, step: z.string(), text: z.string() });

/** A stop was asked for: from here on the service's own grace runs. */
const serviceStopping = z.object({
  type: z.literal('service-stopping'),
  at,
  ...where,
  ...release.shape,
  ...startedAs,
});
const serviceStopped = z.object({
  type: z.literal('service-stopped'),
  at,
  ...where,
  ...release.shape,
  ...startedAs,
  exitCode: z.number(),
  outOfMemory: z.boolean(),
  /** From the stop request to the exit. */
  seconds: z.number(),
});
/** The container runs; it may not serve yet. */
const serviceStarted = z.object({
  type: z.literal('service-started'),
  at,
  ...where,
  ...release.shape,
  ...startedAs,
  /** The service of the node beside which it was started, to take its place. */
  replaces: z.string().optional(),
});
/** The service answers for itself (an api on its own port, an engine in the subject's service list). */
const serviceServing = z.object({
  type: z.literal('service-serving'),
  at,
  ...where,
  /** `version` is what was found in the running container. */
  ...release.shape,
  ...startedAs,
  /** The identity under which the subject lists an engine. */
  engineId: z.string().optional(),
  /** From the container's start. */
  seconds: z.number(),
});

/** One request of a probe or of the workload, written when its outcome is known. */
const request = z.object({
  type: z.literal('request'),
  at,
  /** `X-OpenStack-Request-ID`: found again in the load balancer's log and in the service's. */
  id: z.string(),
  /** The probe's name, or `workload`. */
  probe: z.string(),
  /** What was asked, e.g. `GET stacks` or `stack-create`. */
  operation: z.string(),
  connection: z.enum(['new', 'reused']),
  /** When it was due. Equal to `sentAt` for requests that are not on a schedule. */
  scheduledAt: z.number(),
  sentAt: z.number(),
  outcome: z.enum(OUTCOMES),
  status: z.number().optional(),
  /** The server that HAProxy chose, as `node/service`; absent if none served. */
  server: z.string().optional(),
  /** The error or the start of an unexpected body. */
  detail: z.string().optional(),
  /** A control request, which does not pass through the subject. */
  control: z.boolean().optional(),
});
/** An arrival that was not sent. */
const arrivalsDropped = z.object({
  type: z.literal('arrivals-dropped'),
  at,
  probe: z.string(),
  connection: z.enum(['new', 'reused']).optional(),
  scheduledAt: z.number(),
  /** Every slot was taken by a request without its answer, or the harness itself was late. */
  reason: z.enum(['no-slot', 'late']).optional(),
});
/** The harness's own event-loop delay over the last interval. */
const harnessDelay = z.object({
  type: z.literal('harness-delay'),
  at,
  p99Ms: z.number(),
  maxMs: z.number(),
});

/** The API accepted a write (2xx): an obligation until it is settled. */
const operationAccepted = z.object({
  type: z.literal('operation-accepted'),
  at,
  /** Identifier of the operation within the run. */
  operation: z.string(),
  /** What is done, e.g. `create`, `update`, `delete`. */
  action: z.string(),
  /** The object, e.g. the stack's name. */
  object: z.string(),
  sentAt: z.number(),
  request: z.string(),
  server: z.string().optional(),
});
const operationSettled = z.object({
  type: z.literal('operation-settled'),
  at,
  operation: z.string(),
  action: z.string(),
  object: z.string(),
  outcome: z.enum(['completed', 'failed', 'stuck', 'lost']),
  /** The subject's status and reason, e.g. `CREATE_FAILED: …`. */
  status: z.string(),
  /** When the subject last showed progress on it. */
  lastProgressAt: z.number().optional(),
  /** For what is stuck: when the work that did not go on became due, as the subject's records say. */
  stalledAt: z.number().optional(),
  /** For what did not complete: the parts that are unfinished, and who or what holds them. */
  unfinished: z
    .array(
      z.object({
        part: z.string(),
        status: z.string(),
        heldBy: z.string().optional(),
        /** A record in the subject's database that keeps it from going on. */
        blocked: z
          .object({
            /** What is wrong with it, in the same words for all of its kind. */
            by: z.string(),
            /** The record's own content, as far as it shows that. */
            detail: z.string(),
            avoidedBy: z.string(),
          })
          .optional(),
      }),
    )
    .optional(),
});
/** How it went when what was stuck was asked to go on, as an operator would. It stays stuck in the ledger. */
const revivalEnded = z.object({
  type: z.literal('revival-ended'),
  at,
  /** As in `operation-accepted`. */
  object: z.string(),
  /** By an update that changes nothing, or by another delete. */
  by: z.enum(['update', 'delete']),
  /** `refused`: the API did not take it; `unfinished`: it had not ended when the time was up. */
  outcome: z.enum(['completed', 'failed', 'refused', 'unfinished']),
  /** The subject's, or what the API answered. */
  status: z.string(),
  /** Since it was asked. */
  seconds: z.number(),
});
/** One look at something that must hold, e.g. that a random string did not change. */
const integrityChecked = z.object({
  type: z.literal('integrity-checked'),
  at,
  check: z.string(),
  object: z.string(),
  ok: z.boolean(),
  detail: z.string(),
});

/** Work that a service was seen to begin, counted over the last interval. */
const workObserved = z.object({
  type: z.literal('work-observed'),
  at,
  ...where,
  version: z.string(),
  count: z.number(),
});
const service = z.object({ ...where, version: z.string() });
/**
 * Messages between services, counted over about a second by method, sender and receiver: what the
 * broker carried, joined with both services' logs.
 */
const rpcObserved = z.object({
  type: z.literal('rpc-observed'),
  /** When the last of them was received. */
  at,
  topic: z.string(),
  method: z.string(),
  kind: z.enum(['call', 'cast']),
  from: service,
  to: service,
  count: z.number(),
  /** The kind of request that they belong to, for a request that was sent to see this. */
  operation: z.string().optional(),
});
/** From here on each of these calls is sent until it was seen in each of these meetings. */
const crossingWanted = z.object({
  type: z.literal('crossing-wanted'),
  at,
  meetings: z
    .array(z.object({ sender: z.enum(['api', 'engine']), from: side, to: side }))
    .readonly(),
  /** As `request` and `rpc-observed` name them. */
  operations: z.array(z.string()).readonly(),
});
/** A log line that matched a signature or looked like an error. */
const logFinding = z.object({
  type: z.literal('log-finding'),
  at,
  ...where,
  version: z.string(),
  /** Identifier of the signature: from the catalogue of known ones, or derived from the line. */
  signature: z.string(),
  title: z.string(),
  /** `harmless` is known not to hurt and listed as data. */
  severity: z.enum(['harmless', 'warning', 'error']),
  sample: z.string(),
  /** The API request that it belongs to (`X-OpenStack-Request-ID`), where the line tells. */
  request: z.string().optional(),
  /** The option or the way that keeps it from happening. */
  avoidedBy: z.string().optional(),
});
/** The backlog of a vhost, told when it changed. */
const queueSampled = z.object({
  type: z.literal('queue-sampled'),
  at,
  vhost: z.string(),
  /** All queues together; fanout queues apart, since their backlog is nobody's work. */
  ready: z.number(),
  unacknowledged: z.number(),
  /** The queues that hold messages. */
  busy: z.array(
    z.object({
      queue: z.string(),
      ready: z.number(),
      unacknowledged: z.number(),
      consumers: z.number(),
    }),
  ),
  /** Of all work queues together: engines take from several each. */
  consumers: z.number().optional(),
  /** The work queues that nobody takes from, e.g. of an engine that is gone. */
  unserved: z.array(z.string()).optional(),
});
/** The queues that nobody takes from at the run's end. */
const queuesLeft = z.object({
  type: z.literal('queues-left'),
  at,
  vhost: z.string(),
  queues: queueSampled.shape.busy,
});
/**
 * A request as the load balancer logged it, told where something was out of the ordinary: a status
 * of 500 or above, a session that did not end by itself, or a connection that had to be tried
 * again (which its client may not have noticed). Times are HAProxy's, in milliseconds;
 * -1 says that it did not come so far.
 *
 * @see HAProxy's Configuration Manual, 8.4 "Timing events", 8.5 "Session state at disconnection".
 */
const balancerLogged = z.object({
  type: z.literal('balancer-logged'),
  at,
  /** `X-OpenStack-Request-ID` as the client sent it; empty for one that is not a probe's. */
  id: z.string(),
  frontend: z.string(),
  /** As `node/service`; `null` where no server was chosen. */
  server: z.string().nullable(),
  status: z.number(),
  /** Its first two characters, e.g. `SH`: the server closed while its headers were awaited. */
  termination: z.string(),
  queueMs: z.number(),
  connectMs: z.number(),
  responseMs: z.number(),
  totalMs: z.number(),
  /** Connections that were tried again; above 0 the server is the last one's. */
  retries: z.number().optional(),
  /** Method and path. */
  request: z.string().optional(),
});
/** HAProxy's servers as its statistics show them; told when a status changed. */
const balancerSampled = z.object({
  type: z.literal('balancer-sampled'),
  at,
  servers: z.array(z.object({ ...where, status: z.string(), sessions: z.number() })),
});
/** The subject's service list; told when it changed. */
const enginesListed = z.object({
  type: z.literal('engines-listed'),
  at,
  engines: z.array(
    z.object({ host: z.string(), engineId: z.string(), status: z.enum(['up', 'down']) }),
  ),
});
/** What the subject's engines hold in its database; told when it changed. */
const locksSampled = z.object({
  type: z.literal('locks-sampled'),
  at,
  /** Locks on objects (stacks), and the engines that own them. */
  locks: z.array(z.object({ object: z.string(), engineId: z.string() })),
  /** Parts (resources) that are held by engines, counted. */
  held: z.array(z.object({ engineId: z.string(), count: z.number() })),
});
/** A container's life as the container engine tells it. */
const containerChanged = z.object({
  type: z.literal('container-changed'),
  at,
  /** `node1/heat-engine`, or the name of an infrastructure service. */
  container: z.string(),
  change: z.enum(['started', 'paused', 'resumed', 'killed', 'out-of-memory', 'exited']),
  exitCode: z.number().optional(),
  /** Of a kill: the signal's number. */
  signal: z.number().optional(),
});
/** CPU and memory since the sample before. */
const usageSampled = z.object({
  type: z.literal('usage-sampled'),
  at,
  containers: z.array(
    z.object({
      container: z.string(),
      /** Cores in use; 1 is one core. */
      cpu: z.number(),
      memoryBytes: z.number(),
    }),
  ),
  /** The whole machine: cores in use of all that there are, and those that waited for a core. */
  machine: z.object({ cores: z.number(), busy: z.number(), runnable: z.number() }),
});
/** A message that a service took off a queue, and with it acknowledged, and never worked on. */
const messageDropped = z.object({
  type: z.literal('message-dropped'),
  /** When it was taken off the queue; that it was dropped shows when the service has ended. */
  at,
  ...where,
  version: z.string(),
  /** The messaging library's `unique_id`. */
  message: z.string(),
  /** Who sent it, as `node/service`, and when, where its log tells. */
  sender: z.string().optional(),
  sentAt: z.number().optional(),
  topic: z.string().optional(),
  /** The API request that it belongs to (`X-OpenStack-Request-ID`), where a log tells. */
  request: z.string().optional(),
  sample: z.string(),
  /** The option or the way that keeps it from happening. */
  avoidedBy: z.string().optional(),
});
/** A service took the reply to a call that another service had sent: its caller waits in vain. */
const replyMisdelivered = z.object({
  type: z.literal('reply-misdelivered'),
  /** When the service took the reply off the queue. */
  at,
  /** The service that took it. */
  ...where,
  version: z.string(),
  /** The messaging library's `msg_id` of the call. */
  message: z.string(),
  /** The service that sent the call, as `node/service`, and when. */
  caller: z.string(),
  calledAt: z.number(),
  /** The queue in which the caller expected the reply, where its log tells. */
  queue: z.string().optional(),
  topic: z.string().optional(),
  /** The API request that it belongs to (`X-OpenStack-Request-ID`), where a log tells. */
  request: z.string().optional(),
  sample: z.string(),
});
/** A kind of load that the topology allows and that this run does not have. */
const loadLeftOut = z.object({
  type: z.literal('load-left-out'),
  at,
  what: z.string(),
  why: z.string(),
});
/** How many consumers a reply queue has; told when the number changed and is or was above one. */
const replyQueueShared = z.object({
  type: z.literal('reply-queue-shared'),
  at,
  vhost: z.string(),
  queue: z.string(),
  consumers: z.number(),
});
/** Something that a scenario does to the lab on purpose, from its beginning to its end. */
const faultBegan = z.object({
  type: z.literal('fault-began'),
  at,
  step: z.string(),
  fault: z.string(),
  /** `node1/heat-api`, the name of an infrastructure service, or `machine`. */
  on: z.string(),
});
const faultEnded = z.object({
  type: z.literal('fault-ended'),
  at,
  step: z.string(),
  fault: z.string(),
  on: z.string(),
  /** What it did, where the container engine cannot tell: e.g. the packets that were held back. */
  effect: z.object({ packets: z.number(), text: z.string() }).optional(),
});
/** An observer could not look, e.g. since what it looks at did not answer; told once it can again. */
const watchGap = z.object({
  type: z.literal('watch-gap'),
  at,
  /** When the first look began that failed; `at` is when one succeeded again, or the run's end. */
  from: z.number().optional(),
  watch: z.string(),
  text: z.string(),
});
/** What a comparison of the two images foretold, before anything was started. */
const preflightFound = z.object({
  type: z.literal('preflight-found'),
  at,
  /** What the comparison took. */
  seconds: z.number(),
  findings: z.array(FindingSchema).readonly(),
});
/** The schema's revision as the database says it. */
const schemaSeen = z.object({
  type: z.literal('schema-seen'),
  at,
  release: side,
  revision: z.string(),
});
/** The run holds the lab as it is, between two steps, until somebody lets it go on. */
const runPaused = z.object({
  type: z.literal('run-paused'),
  at,
  /** The step that comes next; absent after the last. */
  next: z.string().optional(),
  /** What somebody asked for or what failed, a phrase each. */
  why: z.array(z.string()),
  /** Whether requests are sent meanwhile; `none` where no load was started. */
  load: z.enum(['running', 'stopped', 'none']),
});
const runResumed = z.object({ type: z.literal('run-resumed'), at, seconds: z.number() });
const runFinished = z.object({
  type: z.literal('run-finished'),
  at,
  time: z.string(),
  outcome: z.enum(['completed', 'failed', 'aborted']),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      step: z.string().optional(),
    })
    .optional(),
});

export const RunEventSchema = z.discriminatedUnion('type', [
  runStarted,
  preflightFound,
  stepStarted,
  stepFinished,
  stepNote,
  serviceStopping,
  serviceStopped,
  serviceStarted,
  serviceServing,
  request,
  arrivalsDropped,
  harnessDelay,
  operationAccepted,
  operationSettled,
  revivalEnded,
  integrityChecked,
  workObserved,
  rpcObserved,
  crossingWanted,
  logFinding,
  queueSampled,
  queuesLeft,
  balancerLogged,
  balancerSampled,
  enginesListed,
  locksSampled,
  containerChanged,
  usageSampled,
  messageDropped,
  replyMisdelivered,
  replyQueueShared,
  loadLeftOut,
  checkStarted,
  checkCase,
  checkFinished,
  faultBegan,
  faultEnded,
  watchGap,
  schemaSeen,
  runPaused,
  runResumed,
  runFinished,
]);

export type RunEvent = z.infer<typeof RunEventSchema>;
export type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** Takes events as they happen. */
export type EventSink = (event: RunEvent) => void;
