import { execa } from 'execa';
import type { ErrorCode } from '../../error-codes.ts';
import { RollgateError, isMissing } from '../../errors.ts';

/**
 * The environment of every git command. Messages are in English, because they are parsed. The
 * variables of a repository (`git rev-parse --local-env-vars`) are left out: within a hook of git
 * they name the hook's own repository. Reading does not refresh the index, and asks for no password.
 */
export const GIT_ENVIRONMENT: NodeJS.ProcessEnv = {
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALTERNATE_OBJECT_DIRECTORIES: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_DIR: undefined,
  GIT_GRAFT_FILE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_PREFIX: undefined,
  GIT_REPLACE_REF_BASE: undefined,
  GIT_SHALLOW_FILE: undefined,
  GIT_WORK_TREE: undefined,
};

/** A repository's own configuration must not start programs when rollgate reads the repository. */
const READ_ONLY = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/**
 * Git's output, without the line end.
 *
 * @throws RollgateError `git-missing`; `git-refused` for a repository of another user; `no-repository`;
 * `git-failed` with git's message.
 */
export async function git(directory: string, ...command: readonly string[]): Promise<string> {
  const done = await execa('git', ['-C', directory, ...READ_ONLY, ...command], {
    reject: false,
    env: GIT_ENVIRONMENT,
  });
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
