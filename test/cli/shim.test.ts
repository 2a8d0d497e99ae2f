import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { temporaryFolder } from '../temporary-folder.ts';
import { OLD_NODE } from './old-node.ts';
import { BIN } from './rollgate.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const run = (bin: string, ...arguments_: readonly string[]) =>
  execa(process.execPath, ['--import', OLD_NODE, bin, ...arguments_], { reject: false });

test('in a checkout an old Node starts the Node that npm ci installed, and ends with its status', async (t) => {
  const { stdout, stderr, exitCode } = await run(BIN, 'plan', 'no-such-scenario');
  t.is(stdout, '');
  t.regex(stderr, /^error: unknown scenario "no-such-scenario"/);
  t.is(exitCode, 104);
});

test('before npm ci, a checkout prints one line with what to do', async (t) => {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'bin'));
  await copyFile(BIN, join(folder, 'bin/rollgate.js'));
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await symlink(join(ROOT, 'src'), join(folder, 'src'));
  const { stdout, stderr, exitCode } = await run(join(folder, 'bin/rollgate.js'), 'plan');
  t.is(exitCode, 1);
  t.is(stdout, '');
  t.is(
    stderr,
    `error: rollgate needs Node 24 or newer, and this is 22.21.1; run \`npm ci\` in ${folder}/, which brings one along`,
  );
});

test('a package with missing files asks to be installed again', async (t) => {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'bin'));
  await copyFile(BIN, join(folder, 'bin/rollgate.js'));
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const { stderr, exitCode } = await execa(process.execPath, [join(folder, 'bin/rollgate.js')], {
    reject: false,
  });
  t.is(exitCode, 1);
  t.regex(stderr, /^error: rollgate is not installed completely; install it again/);
});
