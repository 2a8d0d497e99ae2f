import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { SAME_PRESS_MS } from '../../src/cli/interrupt.ts';
import { waitFor } from '../../src/containers/wait.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const fixture = fileURLToPath(new URL('fixtures/waiting.ts', import.meta.url));

const start = (...args: readonly string[]) =>
  execa(process.execPath, [fixture, ...args], { reject: false });

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`a ${signal} lets the verb clean up, and ends with 105`, async (t) => {
    const process = start('wait');
    await once(process.stdout, 'data');
    process.kill(signal);
    const { exitCode, stderr } = await process;
    t.is(exitCode, 105);
    t.is(stderr, 'cleaning up; press Ctrl-C again to stop at once\ncleaned up');
  });
}

test('with json, each line of standard error is a JSON object at an abort too', async (t) => {
  const process = start('wait', '--progress', 'json');
  await once(process.stdout, 'data');
  process.kill('SIGINT');
  const { exitCode, stderr } = await process;
  t.is(exitCode, 105);
  t.deepEqual(
    stderr.split('\n').map((line): unknown => JSON.parse(line)),
    [
      { type: 'progress', line: 'cleaning up; press Ctrl-C again to stop at once' },
      { type: 'progress', line: 'cleaned up' },
    ],
  );
});

test('with json, an error outside the verb and a lost result are JSON objects too', async (t) => {
  const { exitCode, stderr } = await start('broken-later', '--progress=json');
  t.is(exitCode, 1);
  t.like(JSON.parse(stderr.split('\n')[0] ?? ''), { type: 'error', code: 'bug' });
  const lost = await startFull(['write', '--progress', 'json'], { stdout: full, stderr: 'pipe' });
  t.is(lost.exitCode, 1);
  t.like(JSON.parse(lost.output), { type: 'error', code: 'output-lost' });
});

test('an interrupted verb ends with 105, even if it reports success', async (t) => {
  const process = start('end-well');
  await once(process.stdout, 'data');
  process.kill('SIGINT');
  t.is((await process).exitCode, 105);
});

test('a second one stops at once', async (t) => {
  const process = start('wait-for-ever');
  await once(process.stdout, 'data');
  process.kill('SIGINT');
  await once(process.stderr, 'data');
  await delay(SAME_PRESS_MS + 100);
  process.kill('SIGINT');
  const { exitCode, stderr } = await process;
  t.is(exitCode, 105);
  t.notRegex(stderr, /cleaned up/);
});

test('if the reader of the output goes away, the verb cleans up and ends', async (t) => {
  const process = start('wait');
  await once(process.stdout, 'data');
  process.stdout.destroy();
  const { exitCode, stderr } = await process;
  t.is(exitCode, 105);
  t.is(stderr, 'cleaned up');
});

/** A device that takes nothing: a full disk. */
const full = openSync('/dev/full', 'w');
test.after.always('the full disk is closed', () => closeSync(full));

/** Runs a verb with one stream on the full disk; `output` is what came out of the other. */
async function startFull(
  args: readonly string[],
  { stdout, stderr }: Readonly<Record<'stdout' | 'stderr', 'pipe' | number>>,
): Promise<{ readonly exitCode: unknown; readonly output: string }> {
  const child = spawn(process.execPath, [fixture, ...args], { stdio: ['ignore', stdout, stderr] });
  const output = text(child.stdout ?? child.stderr ?? Readable.from([]));
  const [exitCode] = await once(child, 'close');
  return { exitCode, output: await output };
}

test('if standard error is on a full disk, the verb cleans up and ends', async (t) => {
  const log = join(temporaryFolder(), 'log');
  t.deepEqual(await startFull(['wait-in-file', log], { stdout: 'pipe', stderr: full }), {
    exitCode: 105,
    output: '',
  });
  t.is(await readFile(log, 'utf8'), 'waiting\ncleaned up\n');
});

test('if the terminal is closed, the verb cleans up and ends', async (t) => {
  const log = join(temporaryFolder(), 'log');
  const command = `exec '${process.execPath}' '${fixture}' wait-in-file '${log}'`;
  // script(1) holds the terminal; without it the terminal is gone.
  const holder = execa('script', ['-qc', command, '/dev/null'], { reject: false });
  await once(holder.stdout, 'data');
  holder.kill('SIGKILL');
  await holder;
  const text = await waitFor({ what: 'the clean-up', limitSeconds: 10, everyMs: 20 }, async () => {
    const value = await readFile(log, 'utf8');
    return value.endsWith('cleaned up\n') ? { value } : { notYet: value };
  });
  t.is(text, 'waiting\ncleaned up\n');
});

test('a result that cannot be written is an error with its reason', async (t) => {
  t.deepEqual(await startFull(['write'], { stdout: full, stderr: 'pipe' }), {
    exitCode: 1,
    output: 'error: cannot write to standard output: no space left on device\n',
  });
});

test('a message that cannot be written leaves the exit status as it is', async (t) => {
  t.like(await startFull(['fail'], { stdout: 'pipe', stderr: full }), { exitCode: 104 });
});

test('after an error thrown outside the verb, the verb cleans up and ends', async (t) => {
  const { exitCode, stderr } = await start('broken-later');
  t.is(exitCode, 1);
  t.regex(stderr, /^error: a bug in rollgate: x is not a function\nhint: .*\ncleaned up$/);
});

test('if the process that started it ends, the verb cleans up and ends', async (t) => {
  const child = fork(fixture, ['wait'], { silent: true });
  if (child.stdout === null || child.stderr === null) throw new Error('its output is not piped');
  const errors = text(child.stderr);
  await once(child.stdout, 'data');
  child.disconnect();
  t.deepEqual(await once(child, 'exit'), [105, null]);
  t.is(await errors, 'cleaned up\n');
});

test('open handles do not keep the process alive: it ends with the verb’s status', async (t) => {
  const { exitCode } = await start('leak');
  t.is(exitCode, 99);
});

test('a bug ends with 1, without a stack', async (t) => {
  const { exitCode, stderr } = await start('broken');
  t.is(exitCode, 1);
  t.regex(stderr, /^error: a bug in rollgate: x is not a function\nhint: /);
  t.notRegex(stderr, /^ +at /m);
});
