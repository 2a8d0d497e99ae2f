import { once } from 'node:events';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { ownerState, thisProcess } from '../../../src/lab/owner.ts';

const MODULE = fileURLToPath(new URL('../../../src/lab/owner.ts', import.meta.url));
/** Says who it is, then stays. */
const PROGRAM = `const { thisProcess } = await import(${JSON.stringify(MODULE)});
console.log(thisProcess());
setInterval(() => {}, 1000);`;

/** Starts a process that owns something, below a shell that never asks how it ended. */
async function ownerBelowShell() {
  const script = '"$0" --input-type=module --eval "$1" & exec sleep 60';
  const shell = execa('sh', ['-c', script, process.execPath, PROGRAM], { reject: false });
  const [said] = await once(shell.stdout, 'data');
  return { shell, owner: String(said).trim() };
}

test('a process that runs is alive', (t) => {
  t.is(ownerState(thisProcess()), 'alive');
});

test('another process with the same id is not the owner', (t) => {
  t.is(ownerState(`${hostname()}:${process.pid}:1`), 'gone');
});

test('an owner on another host is unknown here', (t) => {
  t.is(ownerState(`not-${hostname()}:${process.pid}:1`), 'unknown');
});

test('a killed process is gone, also while it stays in the table as a zombie', async (t) => {
  const { shell, owner } = await ownerBelowShell();
  t.teardown(() => shell.kill('SIGKILL'));
  t.is(ownerState(owner), 'alive');
  const pid = Number(owner.split(':')[1]);
  process.kill(pid, 'SIGKILL');
  while (ownerState(owner) === 'alive') await new Promise((done) => setImmediate(done));
  t.is(ownerState(owner), 'gone');
  // Still in the table, or this would be the test of a process that is gone for good.
  t.notThrows(() => process.kill(pid, 0));
});

test('a process that is gone for good is gone', async (t) => {
  const { shell, owner } = await ownerBelowShell();
  process.kill(Number(owner.split(':')[1]), 'SIGKILL');
  shell.kill('SIGKILL');
  await shell;
  while (ownerState(owner) === 'alive') await new Promise((done) => setImmediate(done));
  t.is(ownerState(owner), 'gone');
});
