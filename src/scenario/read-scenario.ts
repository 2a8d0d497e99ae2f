import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { controlCharacters } from '../document/control-characters.ts';
import { checkShape } from '../document/describe-issue.ts';
import { parseYaml } from '../document/document.ts';
import { readLabFile } from '../document/lab-files.ts';
import type { Override } from '../document/overrides.ts';
import { listedFirst, type DataPath, type Problem } from '../document/problem.ts';
import {
  writtenProblem,
  formatWrittenProblem,
  formatPlaced,
  inOrderOfOrigin,
  overridden,
  writtenByProgram,
  type WrittenProblem,
  type Written,
} from '../document/written.ts';
import { RollgateError } from '../errors.ts';
import { choreographyProblems } from './choreography.ts';
import { ownFileProblems, scopeProblems } from './config.ts';
import { locateKinds } from './custom/kind.ts';
import { customProbeProblems } from './custom/probe.ts';
import { findDeployer } from './deployer/find.ts';
import { faultProblems } from './fault.ts';
import { findTopology } from './find-topology.ts';
import { UNSCHEDULED_PROBES } from './names.ts';
import { orderRuleProblems } from './order-rule.ts';
import { locateChecks } from './own-files/checkpoint.ts';
import { locateDump } from './own-files/database-dump.ts';
import { locateScript } from './own-files/script.ts';
import {
  scenarioSchema,
  SEED_LIMIT,
  type Scenario,
  type ScenarioInput,
  type WrittenScenario,
} from './schema.ts';
import { thresholdProblems } from './threshold.ts';
import type { Topology } from './topology/topology.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Paths of a scenario whose value is text even if YAML reads a number: `2025.10` is a series. */
export const TEXT_PATHS: readonly string[] = [
  'name',
  'base',
  'target',
  'topology',
  'overlay.image',
];

/** The context that reading a scenario needs. */
export interface ScenarioContext {
  readonly vocabulary: Vocabulary;
  /** Uniform in [0, 1): draws the seed of a scenario that has none. */
  readonly random: () => number;
  /** Options of the command line, later ones win. */
  readonly overrides?: readonly Override[] | undefined;
  /** Where relative paths of options start; the process's own if absent. */
  readonly cwd?: string | undefined;
  /** The folder with `scenarios` and `topologies`; the shipped one if absent. */
  readonly lab?: string | undefined;
  /** The topology of an existing lab; it replaces that of the scenario. */
  readonly topology?: Topology | undefined;
  /** The author of a scenario that no user wrote: problems are reported in the caller's words. */
  readonly caller?: Caller | undefined;
}

export interface Caller {
  /** As `Lab.start`. */
  readonly name: string;
  /** The path of a value as the caller gave it. */
  readonly pathOf: (path: DataPath) => DataPath;
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly topology: Topology;
  readonly seed: number;
  /** The scenario has no seed, this one was drawn: it is printed, so that the run can be repeated. */
  readonly seedDrawn: boolean;
  /** Neither the scenario nor an override names a required tag, so the default tag is required. */
  readonly requireIsDefault: boolean;
  /** Where a value is written, as `file:line:column: path`. */
  readonly placeOf: (path: DataPath) => string;
}

/**
 * Reads a scenario by its name in lab/scenarios or from the path of a YAML file.
 *
 * @throws RollgateError `invalid-scenario` with every problem and its place, `unknown-scenario`.
 */
export async function loadScenario(
  reference: string,
  context: ScenarioContext,
): Promise<LoadedScenario> {
  const { text, file } = await readLabFile('scenario', reference, context);
  return completeScenario(parseYaml(text, file, TEXT_PATHS), context, dirname(resolve(file)));
}

/**
 * A scenario from a program.
 *
 * @throws RollgateError `invalid-scenario` with every problem.
 */
export async function makeScenario(
  input: ScenarioInput,
  context: ScenarioContext,
): Promise<LoadedScenario> {
  const { caller, cwd = '.' } = context;
  const written =
    caller === undefined
      ? writtenByProgram('scenario', input)
      : writtenByProgram(caller.name, input, caller.pathOf);
  return completeScenario(written, context, resolve(cwd));
}

/** @param directory Base of the scenario's relative paths. */
async function completeScenario(
  written: Written,
  context: ScenarioContext,
  directory: string,
): Promise<LoadedScenario> {
  const whole = overridden(written, context.overrides ?? []);
  const { shape } = context.vocabulary;
  const vocabulary = withKindsOf(whole.data, context.vocabulary);
  const checked = checkShape(scenarioSchema(vocabulary), whole.data);
  const problems = [
    ...checked.problems,
    ...controlCharacters(whole.data),
    ...repeatedProbes(checked.data),
  ];
  const found =
    context.topology === undefined
      ? await findTopology(whole, context)
      : { topology: context.topology, problemsFound: [] };
  const chosen = await findDeployer(checked.data?.deployer, whole, context);
  const located = checked.data && locateChecks(checked.data.checkpoints, directory);
  const driven =
    checked.data && locateScript(checked.data.script, checked.data.choreography, directory);
  const kinds = checked.data?.load.workload.customKinds;
  const own = kinds && locateKinds(kinds, directory, shape.lifecycles);
  const dump =
    checked.data?.databaseDump === undefined
      ? undefined
      : locateDump(checked.data.databaseDump, directory);
  problems.push(
    ...(dump?.problems ?? []),
    ...(located?.problems ?? []),
    ...(driven?.problems ?? []),
    ...(own?.problems ?? []),
    ...customProbeProblems(
      checked.data?.load.customProbes ?? [],
      shape.probes.map(({ name }) => name),
    ),
  );
  if (checked.data !== undefined && found.topology !== undefined) {
    problems.push(
      ...scopeProblems(checked.data.configFor, found.topology),
      ...ownFileProblems(checked.data.configFor, context.vocabulary.shape.ownFiles ?? []),
      ...faultProblems(checked.data.faults, found.topology),
      ...choreographyProblems(
        checked.data.choreography,
        found.topology,
        context.vocabulary.choreographies,
        shape,
      ),
      ...orderRuleProblems(checked.data.rules, found.topology, shape),
      ...thresholdProblems(checked.data.thresholds, {
        probes: [
          ...shape.probes.map(({ name }) => name),
          ...(checked.data.load.customProbes ?? []).map(({ name }) => name),
          ...UNSCHEDULED_PROBES,
        ],
        beside: checked.data.load.agent === true ? (shape.agentProbes ?? []) : [],
        nodes: found.topology.nodes.map(({ name }) => name),
      }),
    );
  }
  const problemsFound = [
    ...problems.map((problem) => writtenProblem(whole, problem)),
    ...found.problemsFound,
    ...chosen.problemsFound,
  ];
  if (checked.data === undefined || found.topology === undefined || problemsFound.length > 0) {
    throw invalidScenario(problemsFound, context.caller?.name);
  }
  const { deployer: _, load, ...rest } = checked.data;
  const { customKinds: __, ...workload } = load.workload;
  const scenario: Scenario = {
    ...rest,
    ...(chosen.deployer && { deployer: chosen.deployer }),
    ...(located && { checkpoints: located.checkpoints }),
    ...(driven?.script && { script: driven.script }),
    ...(dump && { databaseDump: dump.path }),
    load: { ...load, workload: { ...workload, ...(own && { customKinds: [...own.kinds] }) } },
  };
  return {
    scenario,
    topology: found.topology,
    seed: scenario.seed ?? Math.floor(context.random() * SEED_LIMIT),
    seedDrawn: scenario.seed === undefined,
    requireIsDefault: !requirement.safeParse(whole.data).success,
    placeOf: (path) => formatPlaced(whole, path),
  };
}

/** The kinds that a scenario brings are words that it may use. */
function withKindsOf(data: unknown, vocabulary: Vocabulary): Vocabulary {
  const found = kindNames.safeParse(data);
  const own = found.success ? found.data.load.workload.customKinds.map(({ name }) => name) : [];
  const { shape } = vocabulary;
  return { ...vocabulary, shape: { ...shape, lifecycles: [...shape.lifecycles, ...own] } };
}

/** A scenario with required tags. */
const requirement = z.object({ require: z.array(z.unknown()) });

const kindNames = z.object({
  load: z.object({
    workload: z.object({ customKinds: z.array(z.object({ name: z.string() })) }),
  }),
});

/**
 * Events identify a probe by its request and its connection, so a second one of a kind is refused.
 */
function repeatedProbes(scenario: WrittenScenario | undefined): readonly Problem[] {
  const kinds = (scenario?.load.probes ?? []).map(
    ({ probe, connection }) => `${probe}/${connection}`,
  );
  return kinds.flatMap((kind, index) =>
    kinds.indexOf(kind) === index
      ? []
      : [
          {
            path: ['load', 'probes', index],
            message: `there is a probe ${kind} already; raise its rate`,
            at: 'value',
          },
        ],
  );
}

/** One option may set two values, as `--series` does: its problem is reported once. */
function isFirst(
  { origin, message }: WrittenProblem,
  index: number,
  all: readonly WrittenProblem[],
): boolean {
  if (origin.kind !== 'option') return true;
  return !all
    .slice(0, index)
    .some(
      (other) =>
        other.origin.kind === 'option' &&
        other.origin.option === origin.option &&
        other.message === message,
    );
}

function invalidScenario(problemsFound: readonly WrittenProblem[], caller?: string): RollgateError {
  const sorted = problemsFound.filter(isFirst).toSorted(inOrderOfOrigin);
  // A value of the caller's can be two of the scenario's.
  const lines = [...new Set(sorted.map(formatWrittenProblem))];
  const files = [...new Set(sorted.map(({ within = 'scenario' }) => `the ${within}`))].sort();
  const what =
    caller === undefined
      ? `${files.join(' and ')} ${files.length === 1 ? 'has' : 'have'}`
      : `${caller} was given`;
  const message =
    lines.length === 1
      ? lines.join('')
      : `${what} ${lines.length} problems\n${listedFirst(lines).join('\n')}`;
  const place = sorted.flatMap(({ origin }) => (origin.kind === 'file' ? [origin.place] : []))[0];
  return new RollgateError('invalid-scenario', message, {
    kind: 'usage',
    ...(place === undefined ? {} : { place }),
  });
}
