import test from 'ava';
import { execa } from 'execa';
import { RollgateError } from '../../../src/errors.ts';
import { commitOf } from '../../../src/release/source/commit.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

async function git(folder: string, ...command: readonly string[]): Promise<string> {
  const user = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
  return (await execa('git', ['-C', folder, ...user, ...command])).stdout;
}

/** A repository with a branch beside its own, and the commit of that branch. */
async function upstream(): Promise<{ folder: string; stable: string }> {
  const folder = temporaryFolder();
  await git(folder, 'init', '-q', '-b', 'master');
  await git(folder, 'commit', '-q', '--allow-empty', '-m', 'one');
  await git(folder, 'branch', 'stable/2026.1');
  await git(folder, 'commit', '-q', '--allow-empty', '-m', 'two');
  return { folder, stable: await git(folder, 'rev-parse', 'stable/2026.1') };
}

test('a branch that exists only on the remote of a clone is found by its own name', async (t) => {
  const { folder, stable } = await upstream();
  const clone = temporaryFolder();
  await git(clone, 'clone', '-q', folder, '.');
  t.is(await commitOf(clone, 'stable/2026.1'), stable);
  t.is(await commitOf(clone, 'origin/stable/2026.1'), stable);
});

test('a name that several remotes have, or none, is refused with a remedy', async (t) => {
  const { folder } = await upstream();
  const clone = temporaryFolder();
  await git(clone, 'clone', '-q', folder, '.');
  await git(clone, 'remote', 'add', '-f', 'fork', folder);
  for (const [name, hint] of [
    ['stable/2026.1', /name one: fork\/stable\/2026\.1, origin\/stable\/2026\.1/],
    ['stable/2027.1', /branch --all/],
  ] as const) {
    const error = await t.throwsAsync(() => commitOf(clone, name), { instanceOf: RollgateError });
    t.is(error.code, 'unknown-commit');
    t.regex(error.hint ?? '', hint);
  }
});
