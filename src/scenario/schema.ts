import { z } from 'zod';
import { writtenChoreographySchema } from './choreography.ts';
import { checkpointsSchema } from './checkpoint.ts';
import { customKindSchema, type CustomKind } from './custom/kind.ts';
import { customProbeSchema } from './custom/probe.ts';
import { configSchema, scopedConfigSchema } from './config.ts';
import { databaseSchema, deployerChoiceSchema } from './deployer.ts';
import { faultSchema } from './fault.ts';
import { baseSpecSchema, releaseSpecSchema } from '../release/spec.ts';
import { overlaySchema } from './overlay.ts';
import { scriptSchema } from './script.ts';
import { TAGS } from './tag.ts';
import { thresholdsSchema } from './threshold.ts';
import type { SubjectShape, TopologyInput } from './topology/topology.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Seeds are 32-bit so that every generator takes them whole. */
export const SEED_LIMIT = 2 ** 32;

/** The most requests per second that one process sends on time on two cores, with room to spare. */
const RATE_LIMIT = 200;

export const DEFAULT_TOPOLOGY = '2x2';

const rate = z.number().positive().max(RATE_LIMIT);
const seconds = z.number().min(0).max(3600);

/**
 * The load's defaults are for a machine with two cores: enough requests that an outage of a
 * second cannot hide, few enough that the machine does not become what is measured.
 */
function loadSchema({ probes, lifecycles }: SubjectShape) {
  const probe = z.strictObject({
    probe: z.enum(probes.map(({ name }) => name)),
    connection: z.enum(['new', 'reused']),
    rate,
  });
  const workload = z.strictObject({
    rate: z.number().min(0).max(RATE_LIMIT).default(0.2),
    chain: z.int().min(1).max(100).default(3),
    actionSeconds: z.number().min(0).max(600).default(1.5),
    /** Of these kinds only, one after the other. */
    kinds: z.array(z.enum(lifecycles)).min(1).exactOptional(),
    /** Kinds that a user brings; begun before the subject's own. See docs/own-traffic.md. */
    customKinds: z.array(customKindSchema).exactOptional(),
  });
  return z.strictObject({
    probes: z.array(probe).default(() => defaultProbes(probes)),
    /** Requests that a user brings, beside the probes. See docs/own-traffic.md. */
    customProbes: z.array(customProbeSchema).exactOptional(),
    workload: workload.prefault({}),
    /** Each call that a user can cause, at base, in the mixed state and at target. */
    calls: z.boolean().default(true),
    stuckAfterSeconds: z.number().min(1).max(3600).default(20),
    /** What is stuck at the end is asked to go on, and followed for so long; 0: it is left alone. */
    reviveSeconds: seconds.default(0),
  });
}

/**
 * Every probe over new connections and over kept ones: the two fail differently when a server
 * goes away.
 */
function defaultProbes(probes: SubjectShape['probes']) {
  const connections = ['new', 'reused'] as const;
  return probes.flatMap(({ name: probe, rate }) =>
    connections.map((connection) => ({ probe, connection, rate })),
  );
}

const durationsSchema = z.strictObject({
  baselineSeconds: seconds.default(12),
  mixedSeconds: seconds.default(5),
  /** How long a service may take from its start until it serves. */
  serveSeconds: z.number().min(1).max(3600).default(120),
  /** How long a service may take to stop before it is killed; as deployers have it unless told. */
  stopSeconds: z.number().min(1).max(3600).exactOptional(),
  afterSeconds: seconds.default(3),
});

/** What a scenario may say, in the words of a vocabulary. */
export function scenarioSchema({
  shape,
  series,
  choreographies,
  deployers,
  balancers,
}: Vocabulary) {
  const release = releaseSpecSchema(series);
  return z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
    description: z.string().exactOptional(),
    subject: z.enum([shape.name]).default(shape.name),
    base: baseSpecSchema(series),
    target: release,
    /**
     * A name in lab/topologies, the path of a YAML file, or a topology written here: looked at by
     * `findTopology`.
     */
    topology: z.custom<string | TopologyInput>().default(DEFAULT_TOPOLOGY),
    /** A name, or the stages themselves: see docs/choreographies.md. */
    choreography: z
      .union([writtenChoreographySchema(balancers), z.enum(choreographies)])
      .default('guide'),
    /** Whose settings the lab has: the choreography's own deployer's where it is not set. */
    deployer: deployerChoiceSchema(deployers).exactOptional(),
    /** For `choreography: script`. */
    script: scriptSchema.exactOptional(),
    seed: z
      .int()
      .min(0)
      .max(SEED_LIMIT - 1)
      .exactOptional(),
    load: loadSchema(shape).prefault({}),
    durations: durationsSchema.prefault({}),
    config: configSchema.default({}),
    /** Options of MariaDB's server over the deployer's. */
    database: databaseSchema.default({}),
    configFor: z.array(scopedConfigSchema).default([]),
    overlay: overlaySchema(series).prefault({}),
    faults: z.array(faultSchema).default([]),
    /** See docs/checkpoints.md. */
    checkpoints: checkpointsSchema.prefault({}),
    /** See docs/thresholds.md. */
    thresholds: thresholdsSchema.default({}),
    require: z.array(z.enum(TAGS)).default(['supports-zero-downtime-upgrade']),
  });
}

type Schema = ReturnType<typeof scenarioSchema>;
/** A scenario as it is written. */
export type ScenarioInput = z.input<Schema>;
/** A scenario with its defaults filled in. Paths in it are as they were written. */
export type WrittenScenario = Readonly<z.output<Schema>>;
type Load = WrittenScenario['load'];
/** The same with what its files hold. The topology may still be a name. */
export type Scenario = Omit<WrittenScenario, 'load'> & {
  readonly load: Omit<Load, 'workload'> & {
    readonly workload: Omit<Load['workload'], 'customKinds'> & {
      readonly customKinds?: CustomKind[];
    };
  };
};
