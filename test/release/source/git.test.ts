import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { git } from '../../../src/release/source/git.ts';
import { isClean, versionOf } from '../../../src/release/source/version.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];

async function repository(tag: string): Promise<string> {
  const folder = temporaryFolder();
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await writeFile(join(folder, 'setup.py'), '');
  await git(folder, 'add', '--all');
  await git(folder, ...IDENTITY, 'commit', '--quiet', '--message=begin');
  await git(folder, 'tag', tag);
  return folder;
}

test('a repository’s own configuration starts no program, and its index stays as it is', async (t) => {
  const folder = await repository('1.0.0');
  const ran = join(temporaryFolder(), 'ran');
  await git(folder, 'config', 'core.fsmonitor', `touch ${ran}; false`);
  await mkdir(join(folder, 'new'));
  await writeFile(join(folder, 'setup.py'), '');
  const index = join(folder, '.git', 'index');
  const { mtimeMs } = await stat(index);
  t.true(await isClean(folder));
  t.false(existsSync(ran));
  t.is((await stat(index)).mtimeMs, mtimeMs);
});

test.serial('within a hook of git, another repository is still the named one', async (t) => {
  const [named, hook] = [await repository('1.0.0'), await repository('2.0.0')];
  process.env['GIT_DIR'] = join(hook, '.git');
  process.env['GIT_INDEX_FILE'] = join(hook, '.git', 'index');
  try {
    t.regex(
      await versionOf({ package: 'x', from: { kind: 'dir', path: named }, patches: [] }, undefined),
      /^1\.0\.0\+g/,
    );
  } finally {
    delete process.env['GIT_DIR'];
    delete process.env['GIT_INDEX_FILE'];
  }
});
