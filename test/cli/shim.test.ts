import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { BIN } from './rollgate.ts';

/** Makes the process that loads it believe that it is an old Node. */
const OLD_NODE =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.19.0"}})';

/** A package with nothing but the command, and a command line that tells its arguments. */
async function packageFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-shim-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const part of ['bin', 'dist/cli', 'node_modules/.bin']) {
    await mkdir(join(folder, part), { recursive: true });
  }
  await copyFile(BIN, join(folder, 'bin/rollgate.js'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(folder, 'dist/cli/main.js'),
    'export async function main() { console.log("ran", ...process.argv.slice(2)); process.exit(99); }',
  );
  return folder;
}

const run = (folder: string, nodeOptions: readonly string[] = []) =>
  execa(process.execPath, [...nodeOptions, join(folder, 'bin/rollgate.js'), 'plan', '--json'], {
    reject: false,
  });

test('what was built is run where there is no source', async (t) => {
  const { stdout, exitCode } = await run(await packageFolder(t));
  t.is(stdout, 'ran plan --json');
  t.is(exitCode, 99);
});

test('an old Node starts the Node that came with the package, and ends as that does', async (t) => {
  const folder = await packageFolder(t);
  await symlink(process.execPath, join(folder, 'node_modules/.bin/node'));
  const { stdout, exitCode } = await run(folder, ['--import', OLD_NODE]);
  t.is(stdout, 'ran plan --json');
  t.is(exitCode, 99);
});

test('an old Node without another says in one line what to do', async (t) => {
  const { stdout, stderr, exitCode } = await run(await packageFolder(t), ['--import', OLD_NODE]);
  t.is(exitCode, 1);
  t.is(stdout, '');
  t.regex(
    stderr,
    /^error: rollgate needs Node 24 or newer, this is 18\.19\.0; run `npm ci` in .*$/,
  );
});
