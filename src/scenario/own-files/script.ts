import { resolve } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../../document/problem.ts';
import { noFile, notExecutable } from './checkpoint.ts';

/** The choreography that a script drives. */
export const SCRIPT = 'script';

/** A program that rolls the lab by calling `rollgate node …`: see docs/choreographies.md. */
export const scriptSchema = z.strictObject({
  run: z.string().min(1).describe('An executable; a relative path starts at the scenario’s file.'),
  limitSeconds: z
    .number()
    .min(1)
    .max(7200)
    .default(1200)
    .describe('A script that takes longer fails the run.'),
});
export type ScriptSpec = Readonly<z.output<typeof scriptSchema>>;

/**
 * The script with the path of its file, and its problems.
 *
 * @param directory Where relative paths start: the scenario's folder.
 */
export function locateScript(
  script: ScriptSpec | undefined,
  choreography: unknown,
  directory: string,
): { readonly script: ScriptSpec | undefined; readonly problems: readonly Problem[] } {
  const problem = (path: Problem['path'], message: string): readonly Problem[] => [
    { path, message, at: 'value' },
  ];
  if (script === undefined) {
    const missing = 'script needs the key script: { run: FILE }';
    const problems = choreography === SCRIPT ? problem(['choreography'], missing) : [];
    return { script, problems };
  }
  if (choreography !== SCRIPT) {
    return { script, problems: problem(['script'], 'is for choreography: script alone') };
  }
  const run = resolve(directory, script.run);
  const wrong = noFile(run) ?? notExecutable(run);
  return {
    script: { ...script, run },
    problems: wrong === undefined ? [] : problem(['script', 'run'], wrong),
  };
}
