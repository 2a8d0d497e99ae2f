import { z } from 'zod';
import { customKindSchema } from './custom/kind.ts';
import { customProbeSchema } from './custom/probe.ts';
import type { SubjectShape } from './topology/topology.ts';

/**
 * The maximum number of requests per second that one process sends on time on two cores, with a
 * margin.
 */
const RATE_LIMIT = 200;

const rate = z.number().positive().max(RATE_LIMIT);

/**
 * The load's defaults are for a machine with two cores. There are enough requests to show an outage
 * of a second, but not so many that the run measures the machine.
 */
export function loadSchema({ probes, lifecycles, agentProbes, ...shape }: SubjectShape) {
  const probe = z.strictObject({
    probe: z.enum(probes.map(({ name }) => name)).describe('The request.'),
    connection: z
      .enum(['new', 'reused'])
      .describe('A new connection for each request, or one that is kept.'),
    rate: rate.describe('Requests per second.'),
  });
  return z.strictObject({
    probes: z
      .array(probe)
      .default(() => defaultProbes(probes))
      .describe(
        'Requests at a constant rate. Default: each probe over new and reused connections.',
      ),
    customProbes: z
      .array(customProbeSchema)
      .exactOptional()
      .describe('Requests of your own, beside the probes. See own-traffic.md.'),
    workload: workloadSchema(lifecycles)
      .prefault({})
      .describe('The stacks that the load makes, changes and deletes.'),
    agent: (agentProbes === undefined ? z.literal(false) : z.boolean())
      .exactOptional()
      .describe(
        'A guest’s agent in a separate container keeps asking for its metadata, and signals. Its gaps are shown next to those of the API. Default: false.',
      ),
    calls: z
      .boolean()
      .default(true)
      .describe('Send each call that a user can cause, at base, in the mixed state and at target.'),
    stuckAfterSeconds: z
      .number()
      .min(1)
      .max(3600)
      .default(shape.stuckAfterSeconds)
      .describe('A stack without progress for this many seconds is stuck.'),
    reviveSeconds: z
      .number()
      .min(0)
      .max(3600)
      .default(0)
      .describe(
        'At the end, retry stuck stacks and follow them for this many seconds. 0: no retry.',
      ),
  });
}

/**
 * Every probe over new connections and over kept ones, because the two fail differently when a
 * server stops.
 */
function defaultProbes(probes: SubjectShape['probes']) {
  const connections = ['new', 'reused'] as const;
  return probes.flatMap(({ name: probe, rate }) =>
    connections.map((connection) => ({ probe, connection, rate })),
  );
}

function workloadSchema(lifecycles: readonly string[]) {
  return z.strictObject({
    rate: z.number().min(0).max(RATE_LIMIT).default(0.2).describe('Stacks begun per second.'),
    chain: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe('Resources of a stack that are made one after the other.'),
    actionSeconds: z
      .number()
      .min(0)
      .max(600)
      .default(1.5)
      .describe('How long each resource of a chain takes to make.'),
    kinds: z
      .array(z.enum(lifecycles))
      .min(1)
      .exactOptional()
      .describe('Kinds of stacks that are made, in turn; your own too. Default: all kinds.'),
    customKinds: z
      .array(customKindSchema)
      .exactOptional()
      .describe('Kinds of stacks of your own; they are begun first. See own-traffic.md.'),
    restAtStops: z
      .boolean()
      .exactOptional()
      .describe(
        'Before an engine is stopped, begin no operation and wait until those under way have ended, for 20 s at most. The stop then drops no work. Default: false.',
      ),
  });
}
