import type { Problem } from '../../document/problem.ts';
import { locateKinds, type CustomKind } from '../custom/kind.ts';
import type { WrittenScenario } from '../schema.ts';
import { locateChecks, type Checkpoints } from './checkpoint.ts';
import { locateDump } from './database-dump.ts';
import { locateScript, type ScriptSpec } from './script.ts';

/** The keys of a scenario that name a file, with its path or its content in place of the name. */
export interface OwnFiles {
  readonly checkpoints: Checkpoints;
  readonly script: ScriptSpec | undefined;
  readonly databaseDump: string | undefined;
  readonly customKinds: readonly CustomKind[] | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Finds the user's files that a scenario names.
 *
 * @param directory The base of relative paths: the scenario's folder.
 * @param builtIn Kinds of stacks that need no template.
 */
export function locateOwnFiles(
  { checkpoints, script, choreography, databaseDump, load }: WrittenScenario,
  directory: string,
  builtIn: readonly string[],
): OwnFiles {
  const { customKinds } = load.workload;
  const dump = databaseDump === undefined ? undefined : locateDump(databaseDump, directory);
  const checks = locateChecks(checkpoints, directory);
  const driven = locateScript(script, choreography, directory);
  const kinds = customKinds && locateKinds(customKinds, directory, builtIn);
  return {
    checkpoints: checks.checkpoints,
    script: driven.script,
    databaseDump: dump?.path,
    customKinds: kinds?.kinds,
    problems: [
      ...(dump?.problems ?? []),
      ...checks.problems,
      ...driven.problems,
      ...(kinds?.problems ?? []),
    ],
  };
}
