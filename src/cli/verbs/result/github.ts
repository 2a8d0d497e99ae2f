import { appendFile } from 'node:fs/promises';
import { renderAnnotations } from '../../../report/github/annotations.ts';
import { renderStepSummary } from '../../../report/github/step-summary.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import type { CliContext } from '../../context.ts';
import { isGithub } from '../../github-runner.ts';

/** Tells the verdict to the GitHub workflow that this process is a step of, if it is one of any. */
export async function tellGithub(
  { env, command }: Pick<CliContext, 'env' | 'command'>,
  { verdict, directory }: { readonly verdict: Verdict; readonly directory: string },
  { json }: { readonly json?: true | undefined } = {},
): Promise<void> {
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') {
    await appendFile(summary, renderStepSummary(verdict, directory));
  }
  // With --json, standard output is a file of JSON.
  if (isGithub(env) && json !== true) command(renderAnnotations(verdict).join('\n'));
}
