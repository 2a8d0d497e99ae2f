import { controlCharacters } from '../../document/control-characters.ts';
import { parseYaml } from '../../document/document.ts';
import { isPath, readLabFile } from '../../document/lab-files.ts';
import { withNearest } from '../../document/nearest.ts';
import type { Problem } from '../../document/problem.ts';
import { startOfPaths, type Written, type WrittenProblem } from '../../document/written.ts';
import { RollgateError } from '../../errors.ts';
import { shortened } from '../../text/shortened.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { NO_DEPLOYER, type DeployerChoice } from './choice.ts';
import { checkProfile, type DeployerProfile } from './profile.ts';

/** A deployer, with its profile if it is not a shipped one. */
export interface ChosenDeployer {
  readonly name: string;
  /** Virtual CPUs of a node. */
  readonly vcpus: number;
  readonly profile?: DeployerProfile;
}

interface FoundDeployer {
  readonly deployer: ChosenDeployer | undefined;
  readonly problemsFound: readonly WrittenProblem[];
}

interface DeployerContext {
  readonly vocabulary: Vocabulary;
  readonly cwd?: string | undefined;
  readonly lab?: string | undefined;
}

/**
 * The deployer that a scenario names, with its profile if the scenario has it or its path. A path
 * in a file is relative to the file, a path of an option to the working directory.
 */
export async function findDeployer(
  choice: DeployerChoice | undefined,
  scenario: Written,
  context: DeployerContext,
): Promise<FoundDeployer> {
  if (choice === undefined) return { deployer: undefined, problemsFound: [] };
  const { name, vcpus, profile } = choice;
  if (profile !== undefined) {
    const inline: Written = {
      data: profile,
      origin: ({ path, at }) => scenario.origin({ path: ['deployer', 'profile', ...path], at }),
    };
    return check(inline, vcpus, context, ['deployer', 'profile']);
  }
  const origin = scenario.origin({ path: ['deployer'], at: 'value' });
  const refused = (message: string): FoundDeployer => ({
    deployer: undefined,
    problemsFound: [{ path: ['deployer'], at: 'value', message, origin }],
  });
  if (!isPath(name)) {
    const known = [NO_DEPLOYER, ...context.vocabulary.deployers];
    if (known.includes(name)) return { deployer: { name, vcpus }, problemsFound: [] };
    const expected = `expected one of ${known.join(', ')}, or the path of a YAML file; found ${JSON.stringify(shortened(name))}`;
    return refused(withNearest(expected, name, known));
  }
  try {
    const { text, file } = await readLabFile('deployer', name, {
      ...context,
      cwd: startOfPaths(origin) ?? context.cwd,
    });
    const written = parseYaml(text, file, ['settings.*.since', 'settings.*.until']);
    const { deployer, problemsFound } = check(written, vcpus, context);
    return {
      deployer,
      problemsFound: problemsFound.map((one) => ({ ...one, within: 'deployer profile' as const })),
    };
  } catch (error) {
    if (!(error instanceof RollgateError) || error.code !== 'unknown-deployer') throw error;
    return refused([error.message, error.hint].filter(Boolean).join('. '));
  }
}

function check(
  written: Written,
  vcpus: number,
  { vocabulary }: DeployerContext,
  outward: readonly string[] = [],
): FoundDeployer {
  const { shape } = vocabulary;
  const { profile, problems } = checkProfile(written.data, { shape, sourced: false });
  const all = [
    ...problems,
    ...controlCharacters(written.data),
    ...(profile === undefined ? [] : nameProblems(profile, vocabulary)),
  ];
  if (profile !== undefined && all.length === 0) {
    return { deployer: { name: profile.name, vcpus, profile }, problemsFound: [] };
  }
  const problemsFound = all.map((problem) => ({
    ...problem,
    path: [...outward, ...problem.path],
    origin: written.origin(problem),
  }));
  return { deployer: undefined, problemsFound };
}

/**
 * A verdict names the deployer, so the name must not belong to another profile, nor the profile to
 * another software.
 */
function nameProblems(
  { name, subject, choreography }: DeployerProfile,
  { deployers, choreographies, shape }: Vocabulary,
): readonly Problem[] {
  const problem = (key: string, message: string): Problem => ({
    path: [key],
    message,
    at: 'value',
  });
  return [
    ...([NO_DEPLOYER, ...deployers].includes(name)
      ? [problem('name', `${name} is a profile that rollgate ships; give yours another name`)]
      : []),
    ...(choreography === undefined || choreographies.includes(choreography)
      ? []
      : [
          problem(
            'choreography',
            withNearest(
              `expected one of ${choreographies.join(', ')}; found ${JSON.stringify(shortened(choreography))}`,
              choreography,
              choreographies,
            ),
          ),
        ]),
    ...(subject === shape.name
      ? []
      : [problem('subject', `it sets up ${subject}; the scenario upgrades ${shape.name}`)]),
  ];
}
