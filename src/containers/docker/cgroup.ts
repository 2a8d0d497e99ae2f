import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, isMissing } from '../../errors.ts';
import type { ContainerUsage } from '../port.ts';

export type UsedByContainer = Pick<ContainerUsage, 'cpuSeconds' | 'waitedSeconds' | 'memoryBytes'>;

const ROOT = '/sys/fs/cgroup';

/** Where an engine puts a container, by its drivers cgroupfs and systemd. */
const PLACES = [
  (id: string) => `docker/${id}`,
  (id: string) => `system.slice/docker-${id}.scope`,
] as const;

/**
 * The usage of a container, from its control group in the kernel. A container's id is unique, so a
 * container of another machine's engine cannot look like a local one.
 *
 * @param root Only for tests.
 * @returns `undefined` if there are no such files: another machine, or another arrangement.
 * @see Linux, Documentation/admin-guide/cgroup-v1/{cpuacct,memory}.rst and cgroup-v2.rst; of the
 * waiting, Documentation/accounting/psi.rst.
 */
export async function cgroupUsage(id: string, root = ROOT): Promise<UsedByContainer | undefined> {
  for (const place of PLACES) {
    const used = (await firstVersion(root, place(id))) ?? (await secondVersion(root, place(id)));
    if (used !== undefined) return used;
  }
  return undefined;
}

async function firstVersion(root: string, place: string): Promise<UsedByContainer | undefined> {
  const cpu = await textOf(join(root, 'cpuacct', place, 'cpuacct.usage'));
  if (cpu === undefined) return undefined;
  const usage = await textOf(join(root, 'memory', place, 'memory.usage_in_bytes'));
  const stat = await textOf(join(root, 'memory', place, 'memory.stat'));
  return {
    cpuSeconds: Number(cpu) / 1e9,
    // Where systemd mounts both versions, the second one counts the waiting.
    waitedSeconds: waited(await textOf(join(root, 'unified', place, 'cpu.pressure'))),
    memoryBytes: withoutCache(usage, stat, 'total_inactive_file'),
  };
}

async function secondVersion(root: string, place: string): Promise<UsedByContainer | undefined> {
  const cpu = await textOf(join(root, place, 'cpu.stat'));
  if (cpu === undefined) return undefined;
  const usage = await textOf(join(root, place, 'memory.current'));
  const stat = await textOf(join(root, place, 'memory.stat'));
  return {
    cpuSeconds: valueOf(cpu, 'usage_usec') / 1e6,
    waitedSeconds: waited(await textOf(join(root, place, 'cpu.pressure'))),
    memoryBytes: withoutCache(usage, stat, 'inactive_file'),
  };
}

/** The line `some avg10=0.00 avg60=0.00 avg300=0.00 total=0` counts microseconds. */
function waited(pressure: string | undefined): number | undefined {
  const total = /^some .*\btotal=(\d+)$/m.exec(pressure ?? '')?.[1];
  return total === undefined ? undefined : Number(total) / 1e6;
}

function withoutCache(usage: string | undefined, stat: string | undefined, key: string): number {
  return Math.max(0, Number(usage ?? 0) - valueOf(stat ?? '', key));
}

/** The value of `key` in lines of `key value`. */
function valueOf(text: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** Of a control group that has just gone, and of a kernel that was started without the counter. */
const UNCOUNTED: ReadonlySet<unknown> = new Set(['ENODEV', 'EOPNOTSUPP']);

/** `undefined` if the file is missing or counts nothing. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error) || UNCOUNTED.has(codeOf(error))) return undefined;
    throw error;
  }
}
