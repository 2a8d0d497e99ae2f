import { RollgateError } from '../../errors.ts';
import { git } from './git.ts';

/**
 * The whole name of the commit that a ref of a repository means.
 *
 * @throws RollgateError `unknown-commit`, `git-missing`.
 */
export async function commitOf(repository: string, ref: string): Promise<string> {
  try {
    return await git(repository, 'rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
  } catch (cause) {
    if (!(cause instanceof RollgateError) || cause.code !== 'git-failed') throw cause;
    throw new RollgateError('unknown-commit', `${repository} has no commit ${ref}`, {
      kind: 'usage',
      detail: cause.detail ?? '',
      cause,
    });
  }
}
