import { execa } from 'execa';
import { RollgateError } from '../../errors.ts';

/**
 * What git says, without the line end.
 *
 * @throws RollgateError `git-missing`; `git-failed` with what it said.
 */
export async function git(directory: string, ...command: readonly string[]): Promise<string> {
  const done = await execa('git', ['-C', directory, ...command], { reject: false });
  if (done.code === 'ENOENT') {
    throw new RollgateError('git-missing', 'git is not on this machine', {
      kind: 'usage',
      hint: 'Install it: apt-get install git',
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

/** The same; `undefined` where git fails. */
export async function askGit(
  directory: string,
  ...command: readonly string[]
): Promise<string | undefined> {
  try {
    return await git(directory, ...command);
  } catch (error) {
    if (error instanceof RollgateError && error.code === 'git-failed') return undefined;
    throw error;
  }
}
