import { z } from 'zod';
import { configSchema } from './config.ts';
import { withNearest } from './document/nearest.ts';
import type { DataPath, Problem } from './document/problem.ts';
import {
  instanceName,
  OWN_STEPS,
  successorOf,
  type ServiceInstance,
  type SubjectShape,
  type Topology,
} from './topology/topology.ts';

const service = { on: z.string() };
/** The vhost that the lab starts on, or the one that a `create-vhost` makes. */
const vhost = z.enum(['base', 'next']).default('base');
const side = z.enum(['base', 'target']).default('target');
const limit = (limitSeconds: number) => ({
  limitSeconds: z.number().min(0).max(3600).default(limitSeconds),
  otherwise: z.enum(['fail', 'continue']).default('fail'),
});

const writtenStepSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('db-sync'), to: side }),
  z.strictObject({ step: z.literal('migrate-data'), to: side }),
  z.strictObject({ step: z.literal('pin'), release: z.string().min(1) }),
  z.strictObject({ step: z.literal('unpin') }),
  z.strictObject({ step: z.literal('create-vhost') }),
  z.strictObject({ step: z.literal('set-options'), config: configSchema }),
  z.strictObject({ step: z.literal('stop'), ...service }),
  z.strictObject({ step: z.literal('start'), ...service, to: side, vhost }),
  z.strictObject({ step: z.literal('swap'), ...service, to: side, vhost }),
  z.strictObject({ step: z.literal('surge'), ...service, to: side, vhost }),
  z.strictObject({
    step: z.literal('drain'),
    ...service,
    how: z.enum(['drain', 'maintenance']).default('drain'),
    ...limit(90),
  }),
  z.strictObject({ step: z.literal('undrain'), ...service }),
  z.strictObject({ step: z.literal('move-api'), ...service, vhost }),
  z.strictObject({
    step: z.literal('quiesce'),
    vhost,
    of: z.enum(['queues', 'queues and held work']).default('queues and held work'),
    samples: z.int().min(1).max(600).default(12),
    ...limit(600),
  }),
  z.strictObject({
    step: z.literal('hold'),
    seconds: z.number().min(0).max(3600),
    crossingSeconds: z.number().min(0).max(600).optional(),
  }),
]);

const togetherSchema = z.strictObject({
  step: z.literal('together'),
  steps: z.array(writtenStepSchema).min(1),
});

/** A way to roll that is written in a scenario; the load before and after it is put around it. */
export const writtenChoreographySchema = (balancers: readonly string[]) =>
  z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
    summary: z.string().default('as written in the scenario'),
    balancer: z.enum(balancers).exactOptional(),
    /** All apis of a kind may be out of rotation at once. */
    apisMayBeAway: z.boolean().default(false),
    stages: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          steps: z.array(
            z.discriminatedUnion('step', [...writtenStepSchema.options, togetherSchema]),
          ),
        }),
      )
      .min(1),
  });

export type WrittenChoreography = Readonly<z.output<ReturnType<typeof writtenChoreographySchema>>>;
export type WrittenStep = WrittenChoreography['stages'][number]['steps'][number];

/** A step and where it is written, below `choreography`. */
export interface PlacedStep {
  readonly step: WrittenStep;
  readonly path: DataPath;
}

/** The service that a step names: one of the topology's, or the one that takes its place. */
export function serviceNamed(topology: Topology, name: string): ServiceInstance | undefined {
  return servicesOf(topology).find((instance) => instanceName(instance) === name);
}

function servicesOf(topology: Topology): readonly ServiceInstance[] {
  const there = topology.nodes.flatMap(({ services }) => services);
  const engines = there.filter(({ role }) => role === 'engine');
  return [...there, ...engines.map(successorOf)];
}

/** Steps on services that are not there, steps that the subject lacks, and a name that is taken. */
export function choreographyProblems(
  choreography: string | WrittenChoreography,
  topology: Topology,
  taken: readonly string[],
  { title, ownSteps = [] }: Pick<SubjectShape, 'title' | 'ownSteps'>,
): readonly Problem[] {
  if (typeof choreography === 'string') return [];
  const problems: Problem[] = [];
  if (taken.includes(choreography.name)) {
    const message = `there is a choreography ${choreography.name} already; take another name`;
    problems.push({ path: ['choreography', 'name'], message, at: 'value' });
  }
  const known = servicesOf(topology).map(instanceName);
  for (const { step, path } of placedSteps(choreography)) {
    const needed = OWN_STEPS.find((own) => own === step.step);
    if (needed !== undefined && !ownSteps.includes(needed)) {
      const message = `an upgrade of ${title} has no step ${needed}`;
      problems.push({ path: ['choreography', ...path, 'step'], message, at: 'value' });
    }
    if (!('on' in step) || known.includes(step.on)) continue;
    const message = withNearest(
      `there is no ${step.on} in topology ${topology.name}; one of ${known.join(', ')}`,
      step.on,
      known,
    );
    problems.push({ path: ['choreography', ...path, 'on'], message, at: 'value' });
  }
  return problems;
}

function placedSteps({ stages }: WrittenChoreography): readonly PlacedStep[] {
  const placed = (steps: readonly WrittenStep[], path: DataPath): readonly PlacedStep[] =>
    steps.flatMap((step, index) => {
      const here = [...path, 'steps', index];
      const inner = step.step === 'together' ? placed(step.steps, here) : [];
      return [{ step, path: here }, ...inner];
    });
  return stages.flatMap(({ steps }, index) => placed(steps, ['stages', index]));
}
