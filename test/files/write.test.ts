import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { outputPlace, replaceFile } from '../../src/files/write.ts';
import { fifo } from '../badinput/places.ts';
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

test('a file that cannot be replaced stays, and the error has the reason', async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, 'verdict.json');
  mkdirSync(file);
  const error = await t.throwsAsync(replaceFile(file, 'after'), { code: 'unwritable-file' });
  t.is(error?.message, `cannot write ${file}: it is a directory, not a file`);
  t.deepEqual(readdirSync(folder), ['verdict.json']);
});

test('a missing folder is given as the reason', async (t) => {
  const file = join(temporaryFolder(), 'nowhere', 'file');
  const error = await t.throwsAsync(replaceFile(file, ''), { code: 'unwritable-file' });
  t.is(error?.message, `cannot write ${file}: no such file or directory`);
});

test('a pipe, a device and a link to one are not replaced: that would harm the machine', async (t) => {
  const folder = temporaryFolder();
  const pipe = fifo('pipe');
  await t.throwsAsync(replaceFile(pipe, ''), { message: /it is a pipe, not a file$/ });
  t.true(lstatSync(pipe).isFIFO());
  const link = join(folder, 'link');
  symlinkSync('/dev/null', link);
  await t.throwsAsync(replaceFile(link, ''), { message: /it is a device, not a file$/ });
  t.true(lstatSync(link).isSymbolicLink());
  t.deepEqual(readdirSync(folder), ['link']);
});

test('the path of an output file is checked before the work, and a link is followed', async (t) => {
  const folder = realpathSync(temporaryFolder());
  const there = join(folder, 'there');
  writeFileSync(there, '');
  symlinkSync(there, join(folder, 'link'));
  t.is(await outputPlace(join(folder, 'link')), there);
  t.is(await outputPlace(join(folder, 'new')), join(folder, 'new'));
  for (const [path, reason] of [
    ['', /^the path of the file to write is empty$/],
    [' ', /^the path of the file to write is empty$/],
    [folder, /it is a directory, not a file$/],
    ['/dev/null', /it is a device, not a file$/],
    [join(folder, 'nowhere/file'), /there is no folder .*nowhere$/],
    [join(there, 'file'), /its folder is a file$/],
  ] as const) {
    await t.throwsAsync(outputPlace(path), { code: 'unwritable-file', message: reason });
  }
});
