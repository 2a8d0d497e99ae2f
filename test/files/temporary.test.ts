import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { RollgateError } from '../../src/errors.ts';
import { makeTemporaryFolder, temporaryRoot, userFolder } from '../../src/files/temporary.ts';
import { BIN } from '../cli/rollgate.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Does something while TMPDIR names a folder. Synchronous: no other test sees it. */
function withTmpdir<T>(folder: string, act: () => T): T {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    return act();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

test('a writable folder is the root, and nothing is left in it', (t) => {
  const folder = temporaryFolder();
  t.is(withTmpdir(folder, temporaryRoot), folder);
  t.deepEqual(readdirSync(folder), []);
  const made = withTmpdir(folder, () => makeTemporaryFolder('mine-'));
  t.true(made.startsWith(join(folder, 'mine-')));
});

test('an unusable temporary folder is named with the reason and the remedy', (t) => {
  for (const [folder, reason] of [
    ['/etc/hostname', /cannot be written to \/etc\/hostname: it is no folder/],
    ['/proc', /cannot be written to \/proc: /],
    [join(temporaryFolder(), 'missing'), /missing: no such file or directory/],
  ] as const) {
    const error = t.throws(() => withTmpdir(folder, temporaryRoot), {
      instanceOf: RollgateError,
      code: 'no-temporary-folder',
      message: reason,
    });
    t.regex(error.hint ?? '', /Set TMPDIR/);
  }
});

test('the folder of a user is made for that user alone', (t) => {
  const made = withTmpdir(temporaryFolder(), userFolder);
  t.is(statSync(made).mode & 0o777, 0o700);
  t.is(statSync(made).uid, userInfo().uid);
});

test('a folder that another user may have put in its place is refused', (t) => {
  const name = `rollgate-${userInfo().uid}`;
  const linked = temporaryFolder();
  symlinkSync(temporaryFolder(), join(linked, name));
  const open = temporaryFolder();
  mkdirSync(join(open, name));
  chmodSync(join(open, name), 0o777);
  const taken = temporaryFolder();
  writeFileSync(join(taken, name), '');
  const dangling = temporaryFolder();
  symlinkSync('/nowhere/x', join(dangling, name));
  for (const [root, message] of [
    [taken, /file already exists/],
    [dangling, /: (?:file already exists|no such file or directory)/],
    [linked, /it is a link, not a folder/],
    [open, /other users may write to it/],
  ] as const) {
    t.throws(() => withTmpdir(root, userFolder), { code: 'no-temporary-folder', message });
  }
});

test('a verb that needs no temporary folder works there, and makes none', async (t) => {
  const missing = join(temporaryFolder(), 'missing');
  for (const folder of [missing, '/proc']) {
    const { exitCode, stderr } = await execa(process.execPath, [BIN, 'plan', 'default'], {
      reject: false,
      timeout: 60_000,
      env: { TMPDIR: folder, CI: 'true' },
    });
    t.is(exitCode, 0, stderr);
  }
  t.false(existsSync(missing));
});
