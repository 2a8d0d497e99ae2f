import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { replaceFile } from '../../src/files/write.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a file is replaced, and nothing else is left', async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, 'verdict.json');
  writeFileSync(file, 'before');
  await replaceFile(file, 'after');
  t.is(readFileSync(file, 'utf8'), 'after');
  t.deepEqual(readdirSync(folder), ['verdict.json']);
});

test('a link is replaced and not followed', async (t) => {
  const folder = temporaryFolder();
  const elsewhere = join(folder, 'elsewhere');
  const file = join(folder, 'report.html');
  writeFileSync(elsewhere, 'mine');
  symlinkSync(elsewhere, file);
  await replaceFile(file, 'after');
  t.is(readFileSync(elsewhere, 'utf8'), 'mine');
  t.is(readFileSync(file, 'utf8'), 'after');
});

test('what cannot be replaced stays, with the reason', async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, 'verdict.json');
  mkdirSync(file);
  const error = await t.throwsAsync(replaceFile(file, 'after'), { code: 'unwritable-file' });
  t.is(error?.message, `cannot write ${file}: illegal operation on a directory`);
  t.deepEqual(readdirSync(folder), ['verdict.json']);
});

test('a folder that is not there is the reason', async (t) => {
  const file = join(temporaryFolder(), 'nowhere', 'file');
  const error = await t.throwsAsync(replaceFile(file, ''), { code: 'unwritable-file' });
  t.is(error?.message, `cannot write ${file}: no such file or directory`);
});
