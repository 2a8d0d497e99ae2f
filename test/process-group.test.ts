import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { execa } from 'execa';
import { endGroup } from '../src/process-group.ts';

/** Starts a shell that has printed a line; its output stays open as long as a process of it runs. */
async function started(command: string) {
  const leader = execa('sh', ['-c', command], { detached: true, reject: false, stdin: 'ignore' });
  const output = leader.stdout;
  await once(output, 'data');
  return { leader, closed: once(output, 'close') };
}

test('a process that its leader left behind ends too', async (t) => {
  // Blind to the first SIGTERM, as a program is that a shell has just forked.
  const blind = `trap 'trap - TERM' TERM; echo up; while :; do sleep 0.05; done`;
  const { leader, closed } = await started(`sh -c "${blind}" & trap 'exit 1' TERM; wait`);
  const ending = endGroup(leader.nodeChildProcess, { graceMs: Infinity });
  t.is((await leader).exitCode, 1);
  await ending;
  await closed;
});

test('a process that ignores SIGTERM is killed after its grace', async (t) => {
  const { leader, closed } = await started(`trap '' TERM; echo up; while :; do sleep 0.05; done`);
  await endGroup(leader.nodeChildProcess, { graceMs: 100 });
  t.is((await leader).signal, 'SIGKILL');
  await closed;
});

test('a group that has ended by itself is not an error', async (t) => {
  const { leader } = await started('echo up');
  await leader;
  await delay(0);
  await t.notThrowsAsync(endGroup(leader.nodeChildProcess, { graceMs: 100 }));
});
