import { execa } from 'execa';
import type { ErrorCode } from '../../error-codes.ts';
import { RollgateError, isMissing } from '../../errors.ts';

/**
 * Git's output, without the line end.
 *
 * @throws RollgateError `git-missing`; `git-refused` for a repository of another user; `no-repository`;
 * `git-failed` with git's message.
 */
export async function git(directory: string, ...command: readonly string[]): Promise<string> {
  // In English, because the messages are parsed below.
  const env = { LC_ALL: 'C' };
  const done = await execa('git', ['-C', directory, ...command], { reject: false, env });
  if (isMissing(done)) {
    throw new RollgateError('git-missing', 'git is not installed', {
      kind: 'usage',
      hint: 'Install it: apt-get install git',
    });
  }
  if (done.failed && done.stderr.includes('detected dubious ownership')) {
    throw new RollgateError('git-refused', `git does not read ${directory}: it is another user's`, {
      kind: 'usage',
      hint: `Allow it with: git config --global --add safe.directory ${directory}`,
    });
  }
  if (done.failed && /not a git repository|cannot change to/.test(done.stderr)) {
    throw new RollgateError('no-repository', `${directory} is no git repository`, {
      kind: 'usage',
      hint: 'Name a clone on this machine. A folder without git is dir:PATH.',
    });
  }
  if (done.failed) {
    throw new RollgateError('git-failed', `git ${command[0]} in ${directory} failed`, {
      kind: 'usage',
      detail: done.stderr,
    });
  }
  return done.stdout;
}

const FAILED: readonly ErrorCode[] = ['git-failed', 'no-repository'];

/** The same; `undefined` if git fails. */
export async function askGit(
  directory: string,
  ...command: readonly string[]
): Promise<string | undefined> {
  try {
    return await git(directory, ...command);
  } catch (error) {
    const failed = error instanceof RollgateError && FAILED.includes(error.code);
    if (failed) return undefined;
    throw error;
  }
}
