import { z } from 'zod';
import { ROLES } from '../../words.ts';
import { at, release, side, where } from '../fields.ts';
import { FindingSchema } from '../finding.ts';

const standing = z.object({ service: z.string(), at: side });

export const runStarted = z.object({
  type: z.literal('run-started'),
  at,
  time: z.string(),
  /** Version of the event format. */
  format: z.literal(1),
  lab: z.string(),
  seed: z.number(),
  scenario: z.string(),
  subject: z.string(),
  /** The users' objects, e.g. `stack`; absent in older streams. */
  noun: z.string().optional(),
  choreography: z.string(),
  topology: z.string(),
  /** How the subject's services call each other; absent if its topology leaves it to the default. */
  transport: z.string().optional(),
  /**
   * The deployer whose settings the lab has, by its releases for base and target; absent for the
   * lab's own.
   */
  deployer: z
    .object({
      name: z.string(),
      base: z.string(),
      target: z.string(),
      /** The assumed number of virtual CPUs of a node. */
      vcpus: z.number(),
      /** Options and variables that its release for the target sets differently. */
      changes: z.array(z.string()),
    })
    .optional(),
  /** An external cloud that the run watches, so its services are unknown. */
  watched: z
    .object({
      /** Its name in clouds.yaml, or the host of its Keystone. */
      cloud: z.string(),
      /** The address of the subject's API. */
      endpoint: z.string(),
      project: z.string(),
      /** The probes, e.g. `list/new`. */
      probes: z.array(z.string()),
      /** The services whose logs it reads, as `node/service`; absent for none. */
      logs: z.array(z.string()).optional(),
      /** Additional addresses beside the subject, by the probe's name. */
      beside: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /** The addresses beside a lab's subject, by the probe's name. */
  beside: z.record(z.string(), z.string()).optional(),
  base: release,
  target: release,
  /** Base and target are the same image, so nothing is upgraded. */
  restart: z.boolean().optional(),
  /** SLURP releases between base and target; absent for none. */
  skips: z.array(z.string()).optional(),
  /** Infrastructure that is replaced with that of another Debian suite; absent for none. */
  infrastructure: z
    .array(
      z.object({
        service: z.string(),
        suite: z.string(),
        /** The suite of the old version, if it is not the lab's own. */
        from: z.string().optional(),
        /** Its servers, if it has several. */
        servers: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  /** Names of the tags that the scenario requires. */
  require: z.array(z.string()),
  /** The scenario's thresholds as written. */
  thresholds: z.array(z.object({ metric: z.string(), expression: z.string() })).optional(),
  /** Orders of the roll that the scenario requires; absent for none. */
  rules: z
    .array(
      z.object({
        name: z.string(),
        no: standing,
        while: standing.optional(),
        before: z.string().optional(),
        after: z.string().optional(),
        sameVhost: z.boolean().optional(),
        why: z.string().optional(),
      }),
    )
    .optional(),
  /** Options that the scenario gives to only one of base and target, e.g. `DEFAULT.debug`. */
  optionsOfOneSide: z.array(z.string()).optional(),
  /** The same if base and target are one release and these options are the upgrade: A to B. */
  configurationChanges: z.array(z.string()).optional(),
  /** For a hop of a chain: the existing objects that a previous run made on the lab. */
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
  /** The broker vhost of all services when the run starts. */
  baseVhost: z.string().optional(),
  /** The service containers that exist when the run starts. */
  services: z.array(
    z.object({
      ...where,
      role: z.enum(ROLES),
      series: z.string(),
      version: z.string(),
      /** The identity under which the subject lists an engine. */
      engineId: z.string().optional(),
      /** The container's name; it is kept when the service is swapped. */
      container: z.string().optional(),
      /** From its start until it served, with all other services of the lab; not in a watch. */
      startSeconds: z.number().optional(),
    }),
  ),
});

/** The forecasts of a comparison of the two images, before anything was started. */
export const preflightFound = z.object({
  type: z.literal('preflight-found'),
  at,
  /** The duration of the comparison. */
  seconds: z.number(),
  findings: z.array(FindingSchema).readonly(),
});

/** Why a run has no forecasts, although its two releases differ. */
export const NO_FORECASTS = [
  /** The comparison of the images was to be made, and could not be. */
  'failed',
  /** The user did not want it. */
  'not-wanted',
  /** rollgate cannot compare releases of this subject. */
  'not-supported',
] as const;

/** The run goes on without forecasts. */
export const preflightMissing = z.object({
  type: z.literal('preflight-missing'),
  at,
  reason: z.enum(NO_FORECASTS),
  /** In words, for `failed` the error. */
  why: z.string(),
});

/** The run holds the lab as it is, between two steps, until `resume`. */
export const runPaused = z.object({
  type: z.literal('run-paused'),
  at,
  /** The next step; absent after the last. */
  next: z.string().optional(),
  /** The request or the failures that led to it, one phrase each. */
  why: z.array(z.string()),
  /** Whether requests are sent during the pause; `none` if no load was started. */
  load: z.enum(['running', 'stopped', 'none']),
});

export const runResumed = z.object({ type: z.literal('run-resumed'), at, seconds: z.number() });

export const runFinished = z.object({
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

/** A kind of load that the topology allows but this run leaves out. */
export const loadLeftOut = z.object({
  type: z.literal('load-left-out'),
  at,
  what: z.string(),
  why: z.string(),
  /** How many objects were due and not begun, since the event before of the same kind. */
  objects: z.number().int().optional(),
});

/**
 * An observer could not read its target, e.g. because it did not answer; emitted once it can again.
 */
export const watchGap = z.object({
  type: z.literal('watch-gap'),
  at,
  /** When the first failed check began; `at` is when one succeeded again, or the run's end. */
  from: z.number().optional(),
  watch: z.string(),
  text: z.string(),
});
