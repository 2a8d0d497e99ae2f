import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { cgroupUsage } from '../../../src/containers/docker/cgroup.ts';

async function hierarchy(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const root = await mkdtemp(join(tmpdir(), 'rollgate-cgroup-'));
  t.teardown(() => rm(root, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  return root;
}

test('a container’s usage is read from the files of cgroup 1', async (t) => {
  const root = await hierarchy(t, {
    'cpuacct/docker/abc/cpuacct.usage': '82099412\n',
    'memory/docker/abc/memory.usage_in_bytes': '1000\n',
    'memory/docker/abc/memory.stat': 'inactive_file 7\ntotal_inactive_file 300\n',
  });
  t.deepEqual(await cgroupUsage('abc', root), {
    cpuSeconds: 0.082099412,
    waitedSeconds: undefined,
    memoryBytes: 700,
  });
});

test('a container’s usage is read from the files of cgroup 2', async (t) => {
  const root = await hierarchy(t, {
    'system.slice/docker-abc.scope/cpu.stat': 'usage_usec 2500000\nuser_usec 1\n',
    'system.slice/docker-abc.scope/memory.current': '1000\n',
    'system.slice/docker-abc.scope/memory.stat': 'anon 1\ninactive_file 300\n',
  });
  t.deepEqual(await cgroupUsage('abc', root), {
    cpuSeconds: 2.5,
    waitedSeconds: undefined,
    memoryBytes: 700,
  });
});

const PRESSURE = [
  'some avg10=95.57 avg60=90.60 avg300=94.04 total=2427227625',
  'full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n',
].join('\n');

test('the time that a container waited for a core is read if the kernel counts it', async (t) => {
  const second = await hierarchy(t, {
    'docker/abc/cpu.stat': 'usage_usec 1\n',
    'docker/abc/cpu.pressure': PRESSURE,
  });
  t.is((await cgroupUsage('abc', second))?.waitedSeconds, 2427.227625);
  const both = await hierarchy(t, {
    'cpuacct/docker/abc/cpuacct.usage': '1\n',
    'unified/docker/abc/cpu.pressure': PRESSURE,
  });
  t.is((await cgroupUsage('abc', both))?.waitedSeconds, 2427.227625);
});

test('a container of another machine has no usage', async (t) => {
  t.is(await cgroupUsage('abc', await hierarchy(t, {})), undefined);
});
