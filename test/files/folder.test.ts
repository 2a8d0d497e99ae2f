import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeFolder } from '../../src/files/folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('missing folders are made, and the uppermost of them is returned', async (t) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a'));
  t.is(await makeFolder(join(folder, 'a/b/c')), join(folder, 'a/b'));
  t.true(statSync(join(folder, 'a/b/c')).isDirectory());
  t.is(await makeFolder(join(folder, 'a/b/c')), undefined);
});

test('a folder below a file is refused', async (t) => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'x')]) {
    const error = await t.throwsAsync(makeFolder(path), { code: 'no-folder' });
    t.regex(error?.message ?? '', /: (not a directory|a file is in its place)$/);
  }
});

test('a path at which no folder can be made is refused at once', async (t) => {
  const error = await t.throwsAsync(makeFolder('/proc/x/y'), { code: 'no-folder' });
  t.is(error?.message, 'cannot make the folder /proc/x/y: no such file or directory');
});
