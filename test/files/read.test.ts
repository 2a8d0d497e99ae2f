import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { RollgateError, isMissing } from '../../src/errors.ts';
import { MIB, readText, readTextIfThere } from '../../src/files/read.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const OPTIONS = { what: 'scenario file', limitBytes: MIB, shown: 'x.yaml' };

const fixture = fileURLToPath(new URL('fixtures/print.ts', import.meta.url));
const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
writeFileSync(at('text'), 'ä text\n');
writeFileSync(at('latin1'), Buffer.from([0x61, 0xe9, 0x0a]));
writeFileSync(at('large'), Buffer.alloc(MIB + 1, 0x61));
mkdirSync(at('directory'));
symlinkSync(at('text'), at('link'));
symlinkSync(at('nowhere'), at('dangling'));
execFileSync('mkfifo', [at('fifo')]);

const refused: readonly (readonly [string, string, string])[] = [
  ['a directory', at('directory'), 'it is a directory, not a file'],
  ['a FIFO without a writer', at('fifo'), 'it is a pipe, not a file'],
  ['a device without an end', '/dev/zero', 'it is a device, not a file'],
  ['a file that is too large', at('large'), 'it is larger than 1 MiB'],
  ['what is not UTF-8', at('latin1'), 'it is not UTF-8 text'],
  ['a path below a file', join(at('text'), 'x'), 'not a directory'],
];
for (const [what, path, reason] of refused) {
  test(`${what} is refused with the reason`, async (t) => {
    const error = await t.throwsAsync(readText(path, OPTIONS), { instanceOf: RollgateError });
    t.is(error?.message, `cannot read the scenario file x.yaml: ${reason}`);
    t.false(isMissing(error));
  });
}

test('a file is read unchanged', async (t) => {
  t.is(await readText(at('text'), OPTIONS), 'ä text\n');
  t.is(await readText(at('link'), OPTIONS), 'ä text\n');
});

test('a link is refused if it must not be followed', async (t) => {
  const error = await t.throwsAsync(readText(at('link'), { ...OPTIONS, links: false }));
  t.regex(error?.message ?? '', /it is a symbolic link, which is not followed here$/);
});

test('a missing file is distinguished from an unreadable one', async (t) => {
  for (const path of [at('nowhere'), at('dangling')]) {
    const error = await t.throwsAsync(readText(path, OPTIONS));
    t.is(error?.message, 'there is no scenario file x.yaml');
    t.true(isMissing(error));
    t.is(await readTextIfThere(path, OPTIONS), undefined);
  }
});

test('a pipe is read to its end on request', async (t) => {
  const { stdout } = await execa('bash', ['-c', `'${process.execPath}' '${fixture}' <(echo one)`]);
  t.is(stdout, 'one');
});
