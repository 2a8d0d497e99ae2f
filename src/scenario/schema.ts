import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.ts';
import { overlaySchema } from '../release/source/overlay-schema.ts';
import { baseSpecSchema, targetSpecSchema } from '../release/spec.ts';
import { FIRST_SUITES, SUITES } from '../release/suites.ts';
import { writtenChoreographySchema } from './choreography.ts';
import { configSchema, scopedConfigSchema } from './config.ts';
import type { CustomKind } from './custom/kind.ts';
import { deployerChoiceSchema } from './deployer/choice.ts';
import type { ChosenDeployer } from './deployer/find.ts';
import { databaseSchema } from './deployer/profile.ts';
import { faultSchema } from './fault.ts';
import { loadSchema } from './load.ts';
import { NAME_LENGTH } from './names.ts';
import { orderRuleSchema } from './order-rule.ts';
import { checkpointsSchema } from './own-files/checkpoint.ts';
import { databaseDumpSchema } from './own-files/database-dump.ts';
import { scriptSchema } from './own-files/script.ts';
import { TAGS } from './tag.ts';
import { thresholdsSchema } from './threshold/threshold.ts';
import type { Infrastructure } from './topology/infrastructure.ts';
import type { TopologyInput } from './topology/topology.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Seeds are 32-bit, so that every generator uses all bits. */
export const SEED_LIMIT = 2 ** 32;

export const DEFAULT_TOPOLOGY = '2x2';

const seconds = z.number().min(0).max(3600);

const durationsSchema = z.strictObject({
  baselineSeconds: seconds.default(12).describe('Load before anything is changed.'),
  mixedSeconds: seconds.default(5).describe('Load while old and new services run side by side.'),
  stopAtEndSeconds: seconds
    .default(0)
    .describe(
      'After the load, the target’s services of the first node are stopped. This is how long they may take; 0: they are not stopped.',
    ),
  serveSeconds: z
    .number()
    .min(1)
    .max(3600)
    .default(120)
    .describe('How long a service may take from its start until it serves.'),
  migrateSeconds: z
    .number()
    .min(1)
    .max(86_400)
    .default(300)
    .describe('How long a migration of the schema or the data may take.'),
  stopSeconds: z
    .number()
    .min(1)
    .max(3600)
    .exactOptional()
    .describe(
      'How long any service may take to stop before it is killed: one number for all services. Default: the deployer’s limit, otherwise the subject’s for each kind of service.',
    ),
  afterSeconds: seconds.default(3).describe('Load after everything is upgraded.'),
});

const suite = z
  .union([
    z.enum(SUITES),
    z.strictObject({
      from: z.enum(FIRST_SUITES).describe('The Debian suite whose version the lab begins with.'),
      to: z.enum(SUITES).describe('The Debian suite whose version it gets.'),
    }),
  ])
  .exactOptional()
  .describe('The Debian suite whose version it gets, or `{ from, to }`.');
const infrastructureSchema = z.strictObject({
  mysql: suite,
  rabbitmq: suite,
  keystone: suite,
  haproxy: suite,
  memcached: suite,
} satisfies Record<Infrastructure, typeof suite>);

/** The schema of a scenario, with the names of a vocabulary. */
export function scenarioSchema({
  shape,
  subjects = [shape.name],
  series,
  choreographies,
  deployers,
  balancers,
}: Vocabulary) {
  return z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]*$/, 'lower-case letters, digits, “.” and “-”')
      .max(NAME_LENGTH)
      .describe('The scenario’s name, in the plan and the reports.'),
    description: z.string().exactOptional().describe('The purpose of the scenario.'),
    subject: z
      .enum(subjects)
      .refine((name) => name === shape.name, {
        error: ({ input }) => `is ${String(input)}, and the command upgrades ${shape.name}`,
      })
      .default(shape.name)
      .describe(
        'The software under upgrade. subjects.md lists all; this page has the keys of the default one.',
      ),
    base: baseSpecSchema(series),
    target: targetSpecSchema(series),
    // `findTopology` checks it.
    topology: z.custom<string | TopologyInput>().default(DEFAULT_TOPOLOGY),
    choreography: z
      .union([writtenChoreographySchema(balancers), z.enum(choreographies)])
      .default('guide')
      .describe('The order of the roll: a name, or the stages themselves. See choreographies.md.'),
    deployer: deployerChoiceSchema(deployers)
      .exactOptional()
      .describe(
        'The deployment project whose settings the lab has. Default: the choreography’s. See deployers.md.',
      ),
    script: scriptSchema.exactOptional().describe('The program for `choreography: script`.'),
    seed: z
      .int()
      .min(0)
      .max(SEED_LIMIT - 1)
      .exactOptional()
      .describe('Seed for every random choice. Default: a random one, which the plan prints.'),
    load: loadSchema(shape).prefault({}).describe('The requests and stacks during the upgrade.'),
    durations: durationsSchema.prefault({}).describe('How long each part of the run takes.'),
    config: configSchema
      .default({})
      .describe(
        'Options of the configuration by section, for all services of base and target. `null` removes an option that the lab sets, so that the service’s own default holds.',
      ),
    configTo: configSchema
      .default({})
      .describe(
        'Options that the target has over these. With `target: base` they are the upgrade.',
      ),
    infrastructure: infrastructureSchema
      .prefault({})
      .describe(
        'Infrastructure that is swapped under the load, before the subject. See infrastructure.md.',
      ),
    database: databaseSchema
      .default({})
      .describe('Options of MariaDB’s server, over the deployer’s.'),
    databaseDump: databaseDumpSchema.exactOptional(),
    configFor: z
      .array(scopedConfigSchema)
      .default([])
      .describe('Options, files and variables for some services only.'),
    overlay: overlaySchema(series)
      .prefault({})
      .describe('Source code, patches and packages over the images. See own-code.md.'),
    faults: z.array(faultSchema).default([]).describe('Faults during the roll. See faults.md.'),
    checkpoints: checkpointsSchema
      .prefault({})
      .describe('Hooks and tests that run at points of the roll. See checkpoints.md.'),
    rules: z
      .array(orderRuleSchema)
      .default([])
      .describe('Orders of the roll that must be kept. See order-rules.md.'),
    thresholds: thresholdsSchema
      .default({})
      .describe('Limits of metrics: an expression or a list of them by metric. See thresholds.md.'),
    require: z
      .array(z.enum(TAGS))
      .default(['supports-zero-downtime-upgrade'])
      .describe(
        'Tags that must be proven, or the run fails. The default asks for more than `guide` reaches; the scenario `default` requires supports-rolling-upgrade.',
      ),
  });
}

type Schema = ReturnType<typeof scenarioSchema>;
/**
 * A scenario as written: the same keys as in a YAML file, see docs/scenario.md.
 *
 * ```ts
 * import { runScenario, type ScenarioInput } from 'rollgate';
 *
 * const scenario: ScenarioInput = {
 *   name: 'upgrade',
 *   base: '2025.1',
 *   target: '2026.1',
 *   choreography: 'gentle',
 *   require: ['supports-zero-downtime-upgrade'],
 * };
 * await runScenario({ scenario });
 * ```
 */
export type ScenarioInput = DeepReadonly<z.input<Schema>>;
/** A choreography as written in a scenario. */
export type ChoreographyInput = Exclude<ScenarioInput['choreography'], string | undefined>;
export type StageInput = ChoreographyInput['stages'][number];
export type StepInput = StageInput['steps'][number];
/** A scenario with its defaults filled in. Its paths are unchanged. */
export type WrittenScenario = Readonly<z.output<Schema>>;
type Load = WrittenScenario['load'];
/** The same with the content of its files. The topology may still be a name. */
export type Scenario = Omit<WrittenScenario, 'load' | 'deployer'> & {
  readonly deployer?: ChosenDeployer;
  readonly load: Omit<Load, 'workload'> & {
    readonly workload: Omit<Load['workload'], 'customKinds'> & {
      readonly customKinds?: CustomKind[];
    };
  };
};
