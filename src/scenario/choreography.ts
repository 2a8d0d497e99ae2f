import { z } from 'zod';
import { withNearest } from '../document/nearest.ts';
import type { DataPath, Problem } from '../document/problem.ts';
import { SIDES } from '../words.ts';
import { configSchema } from './config.ts';
import { NAME_LENGTH } from './names.ts';
import {
  instanceName,
  OWN_STEPS,
  successorOf,
  type ServiceInstance,
  type SubjectShape,
  type Topology,
  servicesOf,
} from './topology/topology.ts';

const service = {
  on: z.string().describe('The service, e.g. `node1/heat-engine`.'),
};
const vhost = z
  .enum(['base', 'next'])
  .default('base')
  .describe(
    '`base` is the broker vhost that the lab starts on, `next` the one that `create-vhost` makes.',
  );
const side = z.enum(SIDES).default('target').describe('The release.');
const limit = (limitSeconds: number) => ({
  limitSeconds: z.number().min(0).max(3600).default(limitSeconds).describe('How long to wait.'),
  otherwise: z
    .enum(['fail', 'continue'])
    .default('fail')
    .describe('What happens when the time is over: the step fails, or the roll goes on.'),
});

const writtenStepSchema = z.discriminatedUnion('step', [
  z.strictObject({
    step: z.literal('db-sync').describe('Move the schema with the release’s code.'),
    to: side,
  }),
  z.strictObject({
    step: z
      .literal('migrate-data')
      .describe('Migrate the data online with the release’s code, if the subject can.'),
    to: side,
  }),
  z.strictObject({
    step: z
      .literal('pin')
      .describe('Hold services that start from here on to the messages and records of a release.'),
    release: z.string().min(1).describe('The release.'),
  }),
  z.strictObject({ step: z.literal('unpin').describe('End the pin.') }),
  z.strictObject({ step: z.literal('create-vhost').describe('Make the broker vhost `next`.') }),
  z.strictObject({
    step: z
      .literal('set-options')
      .describe('Set options for every service that is started or moved from here on.'),
    config: configSchema.describe('Options by section.'),
  }),
  z.strictObject({
    step: z.literal('stop').describe('Stop a service gracefully and remove it.'),
    ...service,
  }),
  z.strictObject({
    step: z.literal('start').describe('Start a service and wait until it serves.'),
    ...service,
    to: side,
    vhost,
  }),
  z.strictObject({
    step: z.literal('swap').describe('Stop a service and start it at the other release.'),
    ...service,
    to: side,
    vhost,
  }),
  z.strictObject({
    step: z
      .literal('surge')
      .describe('Start a second engine beside it, e.g. `node1/heat-engine.next`.'),
    ...service,
    to: side,
    vhost,
  }),
  z.strictObject({
    step: z
      .literal('drain')
      .describe('Take an API out of the load balancer and wait until it has no sessions.'),
    ...service,
    how: z.enum(['drain', 'maintenance']).default('drain').describe('The state in HAProxy.'),
    ...limit(90),
  }),
  z.strictObject({
    step: z.literal('undrain').describe('Put an API back and wait until it is UP.'),
    ...service,
  }),
  z.strictObject({
    step: z
      .literal('move-api')
      .describe('Have a running API reload its configuration with another vhost.'),
    ...service,
    vhost,
  }),
  z.strictObject({
    step: z
      .literal('reload')
      .describe('Have a running service read its configuration anew, by SIGHUP.'),
    ...service,
    vhost,
  }),
  z.strictObject({
    step: z.literal('quiesce').describe('Wait until a broker vhost is quiet.'),
    vhost,
    of: z
      .enum(['queues', 'queues and held work'])
      .default('queues and held work')
      .describe('What must be empty: the queues alone, or also the work that engines hold.'),
    samples: z
      .int()
      .min(1)
      .max(600)
      .default(12)
      .describe('Number of consecutive looks that must find it quiet.'),
    ...limit(600),
  }),
  z.strictObject({
    step: z.literal('hold').describe('Let the load run.'),
    seconds: z.number().min(0).max(3600).describe('How long.'),
    crossingSeconds: z
      .number()
      .min(0)
      .max(600)
      .optional()
      .describe(
        'How many more seconds to wait, at most, until stacks made through a new API were changed through an old one.',
      ),
  }),
]);

const togetherSchema = z.strictObject({
  step: z.literal('together').describe('Carry out steps side by side.'),
  steps: z.array(writtenStepSchema).min(1).describe('The steps.'),
});

/** A choreography that is written in a scenario; the load before and after is added. */
export const writtenChoreographySchema = (balancers: readonly string[]) =>
  z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]*$/, 'lower-case letters, digits, “.” and “-”')
      .max(NAME_LENGTH)
      .describe('A name of its own, which no built-in choreography has.'),
    summary: z.string().default('as written in the scenario').describe('One line for the plan.'),
    balancer: z
      .enum(balancers)
      .exactOptional()
      .describe('The deployer whose HAProxy settings the lab has. Default: rollgate.'),
    apisMayBeAway: z
      .boolean()
      .default(false)
      .describe('Allow all APIs of a kind to be out of rotation at once.'),
    stages: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(NAME_LENGTH).describe('The stage’s name.'),
          steps: z
            .array(z.discriminatedUnion('step', [...writtenStepSchema.options, togetherSchema]))
            .describe('The steps, in order.'),
        }),
      )
      .min(1)
      .describe('The stages, in order.'),
  });

export type ParsedChoreography = Readonly<z.output<ReturnType<typeof writtenChoreographySchema>>>;
export type WrittenStep = ParsedChoreography['stages'][number]['steps'][number];

/** A step and its path below `choreography`. */
export interface PlacedStep {
  readonly step: WrittenStep;
  readonly path: DataPath;
}

/** The service that a step names: one of the topology's, or its replacement. */
export function serviceNamed(topology: Topology, name: string): ServiceInstance | undefined {
  return withSuccessors(topology).find((instance) => instanceName(instance) === name);
}

function withSuccessors(topology: Topology): readonly ServiceInstance[] {
  const there = servicesOf(topology);
  const engines = there.filter(({ role }) => role === 'engine');
  return [...there, ...engines.map(successorOf)];
}

/** Steps on missing services, steps that the subject lacks, and a name that is already used. */
export function choreographyProblems(
  choreography: string | ParsedChoreography,
  topology: Topology,
  taken: readonly string[],
  { title, ownSteps = [] }: Pick<SubjectShape, 'title' | 'ownSteps'>,
): readonly Problem[] {
  if (typeof choreography === 'string') {
    if (taken.includes(choreography)) return [];
    // The default of Heat: another subject may not have it.
    const message = `missing; expected one of ${taken.join(', ')}, since ${title} has no ${choreography}`;
    return [{ path: ['choreography'], message, at: 'value' }];
  }
  const problems: Problem[] = [];
  if (taken.includes(choreography.name)) {
    const message = `there is a choreography ${choreography.name} already; take another name`;
    problems.push({ path: ['choreography', 'name'], message, at: 'value' });
  }
  const known: readonly string[] = withSuccessors(topology).map(instanceName);
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

function placedSteps({ stages }: ParsedChoreography): readonly PlacedStep[] {
  const placed = (steps: readonly WrittenStep[], path: DataPath): readonly PlacedStep[] =>
    steps.flatMap((step, index) => {
      const here = [...path, 'steps', index];
      const inner = step.step === 'together' ? placed(step.steps, here) : [];
      return [{ step, path: here }, ...inner];
    });
  return stages.flatMap(({ steps }, index) => placed(steps, ['stages', index]));
}
