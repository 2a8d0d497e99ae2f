import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { findDockerd } from '../../../src/containers/host/dockerd.ts';
import { removeStaleFiles } from '../../../src/containers/host/stale-files.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** A folder with its own /proc, in which these programs run. */
function machine(programs: Readonly<Record<number, string>>) {
  const folder = temporaryFolder();
  const proc = join(folder, 'proc');
  mkdirSync(proc);
  for (const [pid, program] of Object.entries(programs)) {
    mkdirSync(join(proc, pid));
    writeFileSync(join(proc, pid, 'comm'), `${program}\n`);
  }
  const pidFile = join(folder, 'docker.pid');
  const socket = join(folder, 'containerd.sock');
  return {
    pidFile,
    socket,
    proc,
    remove: () => removeStaleFiles({ pidFiles: { [pidFile]: 'dockerd' }, sockets: [socket], proc }),
  };
}

const pidFile = test.macro<[Readonly<Record<number, string>>, string, boolean]>(
  async (t, programs, content, removed) => {
    const { pidFile, remove } = machine(programs);
    writeFileSync(pidFile, content);
    t.deepEqual(await remove(), removed ? [pidFile] : []);
    t.is(existsSync(pidFile), !removed);
  },
);

test('the pid file of a running dockerd stays', pidFile, { 7: 'dockerd' }, '7', false);
test('the pid file of a process that is gone is removed', pidFile, {}, '7', true);
test(
  'a pid file is removed if another program now has its id',
  pidFile,
  { 7: 'bash' },
  '7\n',
  true,
);
test('an empty pid file is removed', pidFile, { 7: 'dockerd' }, '', true);

test('without a pid file and a socket, nothing is removed', async (t) => {
  t.deepEqual(await machine({}).remove(), []);
});

test('a socket with a listener stays, a socket without one is removed', async (t) => {
  const { socket, remove } = machine({});
  const server = createServer().listen(socket);
  await once(server, 'listening');
  t.deepEqual(await remove(), []);
  server.close();
  await once(server, 'close');
  // Node removes a socket that it closes; a process that is killed does not.
  writeFileSync(socket, '');
  t.deepEqual(await remove(), [socket]);
});

test('dockerd is found among the processes', (t) => {
  t.is(findDockerd(machine({ 7: 'bash', 8: 'dockerd' }).proc), 8);
  t.is(findDockerd(machine({ 7: 'bash' }).proc), undefined);
});
