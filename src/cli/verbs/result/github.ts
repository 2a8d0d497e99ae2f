import { appendFile } from 'node:fs/promises';
import { reasonOf } from '../../../errors.ts';
import { renderAnnotations } from '../../../report/github/annotations.ts';
import { renderStepSummary } from '../../../report/github/step-summary.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import type { CliContext } from '../../context.ts';
import { isGithub } from '../../github-runner.ts';

/** Reports the verdict to the GitHub workflow if this process runs in one. */
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
      // A failure to print it does not change the verdict.
      stderr(`the step has no summary: cannot write ${summary}: ${reasonOf(error)}`);
    }
  }
  // With --json, standard output is a JSON document.
  if (isGithub(env) && json !== true) command(renderAnnotations(verdict).join('\n'));
}
