import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { SAME_PRESS_MS } from '../../src/cli/interrupt.ts';

const fixture = fileURLToPath(new URL('fixtures/waiting.ts', import.meta.url));

const start = (verb: string) => execa(process.execPath, [fixture, verb], { reject: false });

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

test('a verb that was interrupted ends with 105, even if it thinks that all is well', async (t) => {
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

test('a reader that goes away ends the verb, with its clean-up', async (t) => {
  const process = start('wait');
  await once(process.stdout, 'data');
  process.stdout.destroy();
  const { exitCode, stderr } = await process;
  t.is(exitCode, 105);
  t.is(stderr, 'cleaned up');
});

test('the end of the process that started it ends the verb, with its clean-up', async (t) => {
  const child = fork(fixture, ['wait'], { silent: true });
  if (child.stdout === null || child.stderr === null) throw new Error('its output is not piped');
  const errors = text(child.stderr);
  await once(child.stdout, 'data');
  child.disconnect();
  t.deepEqual(await once(child, 'exit'), [105, null]);
  t.is(await errors, 'cleaned up\n');
});

test('what a verb left open does not keep the process, which ends as the verb wanted', async (t) => {
  const { exitCode } = await start('leak');
  t.is(exitCode, 99);
});

test('a bug ends with 1, without a stack', async (t) => {
  const { exitCode, stderr } = await start('broken');
  t.is(exitCode, 1);
  t.regex(stderr, /^error: a bug in rollgate: x is not a function\nhint: /);
  t.notRegex(stderr, /^ +at /m);
});
