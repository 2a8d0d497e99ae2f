import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { encodeEvent } from '../../../src/events/codec.ts';
import { REPORTS } from '../../../src/report/files/files.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { badRoll } from '../../verdict/runs.ts';
import { invoked } from '../rollgate.ts';

/** A folder with a run's events and nothing else. */
async function savedRun(): Promise<string> {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'events.ndjson'), badRoll().events.map(encodeEvent).join(''));
  return folder;
}

test('report writes every report of a saved run, with the same bytes each time', async (t) => {
  const folder = await savedRun();
  const texts: (readonly string[])[] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    const { exitCode, stdout } = await invoked(['report', folder]);
    // The failure of the run does not make its reports fail.
    t.is(exitCode, 0);
    const files = REPORTS.map(({ file }) => join(folder, file));
    t.is(stdout, files.join('\n'));
    texts.push(await Promise.all(files.map((file) => readFile(file, 'utf8'))));
    t.is((await readdir(folder)).length, REPORTS.length + 1);
    await Promise.all(files.map((file) => rm(file)));
  }
  t.deepEqual(texts[0], texts[1]);
  t.true(texts[0]?.every((text) => text.length > 1000));
});

test('report and judge write the same files', async (t) => {
  const [one, other] = [await savedRun(), await savedRun()];
  await invoked(['report', one]);
  t.is((await invoked(['judge', other])).exitCode, 99);
  for (const { file } of REPORTS) {
    t.is(await readFile(join(one, file), 'utf8'), await readFile(join(other, file), 'utf8'), file);
  }
});

test('a folder without a run is refused', async (t) => {
  const { exitCode, stderr } = await invoked(['report', temporaryFolder()]);
  t.is(exitCode, 104);
  t.regex(stderr, /there is no event file/);
});

test('report writes the cases as subunit on request', async (t) => {
  const folder = await savedRun();
  const file = join(folder, 'testrepository.subunit');
  const { exitCode, stdout } = await invoked(['report', folder, '--subunit', file]);
  t.is(exitCode, 0);
  t.true(stdout.endsWith(file));
  t.is((await readFile(file))[0], 0xb3);
  const refused = await invoked(['report', folder, '--subunit', '/missing/file']);
  t.is(refused.exitCode, 104);
  t.regex(refused.stderr, /cannot write \/missing\/file/);
});
