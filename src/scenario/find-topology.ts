import { parseYaml } from '../document/document.ts';
import { readLabFile } from '../document/lab-files.ts';
import type { Problem } from '../document/problem.ts';
import { startOfPaths, type Written, type WrittenProblem } from '../document/written.ts';
import { RollgateError } from '../errors.ts';
import { DEFAULT_TOPOLOGY } from './schema.ts';
import { checkTopology } from './topology/resolve-topology.ts';
import type { SubjectShape, Topology } from './topology/topology.ts';

interface TopologyContext {
  readonly vocabulary: { readonly shape: SubjectShape };
  readonly cwd?: string | undefined;
  readonly lab?: string | undefined;
}

export interface FoundTopology {
  readonly topology: Topology | undefined;
  readonly problemsFound: readonly WrittenProblem[];
}

/**
 * The topology that a scenario names or contains. It is read even if the rest of the scenario is
 * invalid, so that all problems are reported at once.
 */
export async function findTopology(
  scenario: Written,
  context: TopologyContext,
): Promise<FoundTopology> {
  const written = topologyOf(scenario.data);
  if (typeof written !== 'string') return inlineTopology(written, scenario, context);

  const at = { path: ['topology'], at: 'value' } as const;
  const origin = scenario.origin(at);
  try {
    const { text, file } = await readLabFile('topology', written, {
      ...context,
      cwd: startOfPaths(origin) ?? context.cwd,
    });
    const { topology, problemsFound } = check(parseYaml(text, file, ['name']), context);
    return {
      topology,
      problemsFound: problemsFound.map((one) => ({ ...one, within: 'topology' as const })),
    };
  } catch (error) {
    if (!(error instanceof RollgateError) || error.code !== 'unknown-topology') throw error;
    const message = [error.message, error.hint].filter(Boolean).join('. ');
    return { topology: undefined, problemsFound: [{ ...at, message, origin }] };
  }
}

function topologyOf(scenario: unknown): unknown {
  const written =
    typeof scenario === 'object' && scenario !== null && 'topology' in scenario
      ? scenario.topology
      : undefined;
  return written === undefined ? DEFAULT_TOPOLOGY : written;
}

function inlineTopology(data: unknown, scenario: Written, context: TopologyContext): FoundTopology {
  return check(
    {
      data,
      origin: ({ path, at }) => scenario.origin({ path: ['topology', ...path], at }),
    },
    context,
    (problem) => ({ ...problem, path: ['topology', ...problem.path] }),
  );
}

function check(
  written: Written,
  { vocabulary }: TopologyContext,
  outward: (problem: Problem) => Problem = (problem) => problem,
): FoundTopology {
  const { topology, problems } = checkTopology(written.data, vocabulary.shape);
  return {
    topology,
    problemsFound: problems.map((problem) => ({
      ...outward(problem),
      origin: written.origin(problem),
    })),
  };
}
