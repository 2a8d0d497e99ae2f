import { appendFile } from 'node:fs/promises';
import { reasonOf } from '../../../errors.ts';
import { renderAnnotations } from '../../../report/github/annotations.ts';
import { renderStepSummary } from '../../../report/github/step-summary.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import type { CliContext } from '../../context.ts';
import { isGithub } from '../../github-runner.ts';

/** Reports the verdict to the GitHub workflow that this process is a step of, if it is one of any. */
export async function reportToGithub(
  { env, command, stderr }: Pick<CliContext, 'env' | 'command' | 'stderr'>,
  { verdict, directory }: { readonly verdict: Verdict; readonly directory: string },
  { json }: { readonly json?: true | undefined } = {},
): Promise<void> {
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') {
    try {
      await appendFile(summary, renderStepSummary(verdict, directory));
    } catch (error) {
      // The verdict counts, not where it is printed.
      stderr(`the step has no summary: cannot write ${summary}: ${reasonOf(error)}`);
    }
  }
  // With --json, standard output is a file of JSON.
  if (isGithub(env) && json !== true) command(renderAnnotations(verdict).join('\n'));
}
