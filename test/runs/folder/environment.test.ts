import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { checkoutCommit } from '../../../src/runs/folder/environment.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

async function userRepository(): Promise<string> {
  const folder = temporaryFolder();
  const git = execa({ cwd: folder });
  await git`git init --quiet`;
  await git`git -c user.name=a -c user.email=a@example.org commit --quiet --allow-empty -m first`;
  return folder;
}

test('the commit of a checkout is noted', async (t) => {
  t.regex((await checkoutCommit(await userRepository())) ?? '', /^[0-9a-f]{7,}$/);
});

test('a package does not report the commit of the repository in which it is installed', async (t) => {
  const installed = join(await userRepository(), 'node_modules/rollgate');
  await mkdir(installed, { recursive: true });
  t.is(await checkoutCommit(installed), undefined);
});
