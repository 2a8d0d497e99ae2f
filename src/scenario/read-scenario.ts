import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { controlCharacters } from '../document/control-characters.ts';
import { checkShape } from '../document/describe-issue.ts';
import { parseYaml } from '../document/document.ts';
import { readLabFile } from '../document/lab-files.ts';
import type { Override } from '../document/overrides.ts';
import type { DataPath } from '../document/problem.ts';
import {
  writtenProblem,
  formatPlaced,
  overridden,
  writtenByProgram,
  type Written,
} from '../document/written.ts';
import { contradictions } from './contradictions.ts';
import { findDeployer, type ChosenDeployer } from './deployer/find.ts';
import { findTopology, type FoundTopology } from './find-topology.ts';
import { invalidScenario } from './invalid-scenario.ts';
import { locateOwnFiles, type OwnFiles } from './own-files/locate.ts';
import {
  scenarioSchema,
  SEED_LIMIT,
  type Scenario,
  type ScenarioInput,
  type WrittenScenario,
} from './schema.ts';
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

/** The context for reading a scenario. */
export interface ScenarioContext {
  readonly vocabulary: Vocabulary;
  /** Uniform in [0, 1): draws the seed of a scenario that has none. */
  readonly random: () => number;
  /** Command-line options; later ones take precedence. */
  readonly overrides?: readonly Override[] | undefined;
  /** The base of relative paths of options; the process's working directory if absent. */
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
  /** The drawn seed of a scenario without one: it is printed, so that the run can be repeated. */
  readonly seedDrawn: boolean;
  /** Neither the scenario nor an override names a required tag, so the default tag is required. */
  readonly requireIsDefault: boolean;
  /** The position of a value, as `file:line:column: path`. */
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
  const { vocabulary, caller } = context;
  const checked = checkShape(scenarioSchema(withKindsOf(whole.data, vocabulary)), whole.data);
  const { data } = checked;
  const { topology, problemsFound: topologyProblems } = await topologyFor(whole, context);
  const { deployer, problemsFound: deployerProblems } = await findDeployer(
    data?.deployer,
    whole,
    context,
  );
  const own = data && locateOwnFiles(data, directory, vocabulary.shape.lifecycles);
  const problems = [
    ...checked.problems,
    ...controlCharacters(whole.data),
    ...(own?.problems ?? []),
    ...(data === undefined ? [] : contradictions(data, topology, vocabulary)),
  ];
  const problemsFound = [
    ...problems.map((problem) => writtenProblem(whole, problem)),
    ...topologyProblems,
    ...deployerProblems,
  ];
  if (
    data === undefined ||
    own === undefined ||
    topology === undefined ||
    problemsFound.length > 0
  ) {
    throw invalidScenario(problemsFound, caller?.name);
  }
  const scenario = withOwnFiles(data, deployer, own);
  return {
    scenario,
    topology,
    seed: scenario.seed ?? Math.floor(context.random() * SEED_LIMIT),
    seedDrawn: scenario.seed === undefined,
    requireIsDefault: !requirement.safeParse(whole.data).success,
    placeOf: (path) => formatPlaced(whole, path),
  };
}

/** The topology of an existing lab, otherwise the one that the scenario names or contains. */
function topologyFor(
  scenario: Written,
  context: ScenarioContext,
): Promise<FoundTopology> | FoundTopology {
  const { topology } = context;
  return topology === undefined ? findTopology(scenario, context) : { topology, problemsFound: [] };
}

function withOwnFiles(
  written: WrittenScenario,
  chosen: ChosenDeployer | undefined,
  { checkpoints, script, databaseDump, customKinds }: OwnFiles,
): Scenario {
  const { deployer: _, load, ...rest } = written;
  const { customKinds: __, ...workload } = load.workload;
  return {
    ...rest,
    checkpoints,
    ...(script && { script }),
    ...(databaseDump !== undefined && { databaseDump }),
    load: {
      ...load,
      workload: { ...workload, ...(customKinds && { customKinds: [...customKinds] }) },
    },
    ...(chosen && { deployer: chosen }),
  };
}

/** A scenario may refer to its own kinds. */
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
