import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';

const PERIOD_US = 100_000;

/** The kernel's limit on all containers of a Docker engine together, by version of its cgroups. */
const LIMITS = [
  {
    file: '/sys/fs/cgroup/cpu/docker/cpu.cfs_quota_us',
    written: (quota: number) => String(quota),
  },
  {
    file: '/sys/fs/cgroup/docker/cpu.max',
    written: (quota: number) => `${quota} ${PERIOD_US}`,
  },
];

/**
 * Limits all containers of this machine to so many of its cores, until it is disposed of. The
 * harness and the container engine are not limited: it is the lab's machine that is slow.
 */
export async function limitContainersTo(cores: number): Promise<AsyncDisposable> {
  if (cores > cpus().length) throw new RangeError(`this machine has ${cpus().length} cores`);
  const limit = LIMITS.find(({ file }) => existsSync(file));
  if (limit === undefined) {
    throw new Error(`none of these is here: ${LIMITS.map(({ file }) => file).join(', ')}`);
  }
  const before = await readFile(limit.file, 'utf8');
  await writeFile(limit.file, limit.written(cores * PERIOD_US));
  return { [Symbol.asyncDispose]: () => writeFile(limit.file, before) };
}
