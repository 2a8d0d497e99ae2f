import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { keptText, type FoundText } from '../../src/files/kept.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Counts how often it was asked. */
function finder(isLasting = true): { times: number; find: () => Promise<FoundText> } {
  const one = {
    times: 0,
    find: async () => {
      one.times += 1;
      return { text: `found\n${one.times}`, isLasting };
    },
  };
  return one;
}

test('a lasting text is found once for each question', async (t) => {
  const folder = join(temporaryFolder(), 'kept');
  const finding = finder();
  const ask = (...about: string[]): Promise<string> => keptText(about, finding.find, folder);
  t.is(await ask('packages', 'a'), 'found\n1');
  t.is(await ask('packages', 'a'), 'found\n1');
  t.is(await ask('packages', 'b'), 'found\n2');
  t.is(await ask('packages,a'), 'found\n3');
});

test('a text that may change is found again', async (t) => {
  const folder = temporaryFolder();
  const finding = finder(false);
  await keptText(['a'], finding.find, folder);
  t.is(await keptText(['a'], finding.find, folder), 'found\n2');
  t.deepEqual(await readdir(folder), []);
});

test('an error is not kept', async (t) => {
  const folder = temporaryFolder();
  const reason = new Error('no such image');
  await t.throwsAsync(
    keptText(['a'], () => Promise.reject(reason), folder),
    { is: reason },
  );
  t.is(await keptText(['a'], finder().find, folder), 'found\n1');
});

test('a file that was cut or changed is found anew', async (t) => {
  const folder = temporaryFolder();
  const finding = finder();
  await keptText(['a'], finding.find, folder);
  const [name = ''] = await readdir(folder);
  const path = join(folder, name);
  const whole = await readFile(path, 'utf8');
  let times = 1;
  for (const content of [whole.slice(0, -1), whole.slice(0, 10), `${whole}x`, '']) {
    await writeFile(path, content);
    times += 1;
    t.is(await keptText(['a'], finding.find, folder), `found\n${times}`, content);
  }
});

test('a folder that cannot be made costs only time', async (t) => {
  const file = join(temporaryFolder(), 'file');
  await writeFile(file, '');
  const finding = finder();
  t.is(await keptText(['a'], finding.find, join(file, 'kept')), 'found\n1');
  t.is(await keptText(['a'], finding.find, join(file, 'kept')), 'found\n2');
});

test('the oldest texts are removed', async (t) => {
  const folder = temporaryFolder();
  const finding = finder();
  await keptText(['first'], finding.find, folder);
  const [first = ''] = await readdir(folder);
  await utimes(join(folder, first), 1, 1);
  for (let index = 0; index < 100; index += 1) {
    await keptText([`${index}`], finding.find, folder);
  }
  const names = await readdir(folder);
  t.is(names.length, 100);
  t.false(names.includes(first));
});
