import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { identify, isAlive } from '../../../src/containers/host/process-identity.ts';
import { withLock } from '../../../src/containers/host/process-lock.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const newLock = (): string => join(temporaryFolder(), 'some.lock');

test('only one process at a time holds a lock', async (t) => {
  const file = newLock();
  let inside = 0;
  let most = 0;
  let waited = 0;
  const hold = () =>
    withLock({ file, pollMs: 1, onWait: () => (waited += 1) }, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 8 }, hold));
  t.is(most, 1);
  t.true(waited > 0);
  t.false(existsSync(file));
});

test('a lock is released when the work under it fails', async (t) => {
  const file = newLock();
  await t.throwsAsync(
    withLock({ file }, () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  t.false(existsSync(file));
});

test('the lock of a process that is gone is taken over', async (t) => {
  const file = newLock();
  const child = spawn('sleep', ['60']);
  const { pid } = child;
  if (pid === undefined) return t.fail('no child');
  writeFileSync(file, JSON.stringify(identify(pid)));
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.is(await withLock({ file }, async () => 'done'), 'done');
});

test('the lock of a process whose id was given to another is taken over', async (t) => {
  const file = newLock();
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: '1' }));
  t.is(await withLock({ file }, async () => 'done'), 'done');
});

test('a file that is not a lock does not block', async (t) => {
  const file = newLock();
  writeFileSync(file, '{');
  t.is(await withLock({ file }, async () => 'done'), 'done');
});

test('an abort ends the wait for a lock', async (t) => {
  const file = newLock();
  writeFileSync(file, JSON.stringify(identify(process.pid)));
  const controller = new AbortController();
  const waiting = withLock(
    { file, signal: controller.signal, onWait: () => controller.abort() },
    async () => undefined,
  );
  await t.throwsAsync(waiting, { name: 'AbortError' });
  t.true(existsSync(file), 'the holder keeps its lock');
});

test('a process is distinguished from a later one with the same id', (t) => {
  const me = identify(process.pid);
  t.true(isAlive(me));
  t.false(isAlive({ ...me, startTime: '1' }));
  t.false(isAlive({ pid: 2 ** 30, startTime: '1' }));
});
