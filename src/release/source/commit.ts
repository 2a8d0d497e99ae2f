import { RollgateError } from '../../errors.ts';
import { git } from './git.ts';

/**
 * The whole name of the commit that a ref of a repository means. A branch that only one remote
 * has is found as `git checkout` finds it: `stable/2026.1` is then `origin/stable/2026.1`.
 *
 * @throws RollgateError `unknown-commit`, `git-missing`.
 */
export async function commitOf(repository: string, ref: string): Promise<string> {
  try {
    return await revParse(repository, ref);
  } catch (cause) {
    if (!(cause instanceof RollgateError) || cause.code !== 'git-failed') throw cause;
    const branches = await remoteBranches(repository, ref);
    const [only] = branches;
    if (only !== undefined && branches.length === 1) return revParse(repository, only);
    throw new RollgateError('unknown-commit', `${repository} has no commit ${ref}`, {
      kind: 'usage',
      detail: cause.detail ?? '',
      hint:
        branches.length > 1
          ? `Several remotes have it; name one: ${branches.map(withoutPrefix).join(', ')}`
          : `Names that it has: git -C ${repository} branch --all; git -C ${repository} tag`,
      cause,
    });
  }
}

function revParse(repository: string, ref: string): Promise<string> {
  return git(repository, 'rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
}

const PREFIX = 'refs/remotes/';

/** The remote branches with exactly this name. */
async function remoteBranches(repository: string, name: string): Promise<readonly string[]> {
  const all = await git(repository, 'for-each-ref', '--format=%(refname)', PREFIX);
  return all.split('\n').filter((ref) => {
    const [, ...branch] = withoutPrefix(ref).split('/');
    return branch.join('/') === name;
  });
}

function withoutPrefix(ref: string): string {
  return ref.slice(PREFIX.length);
}
