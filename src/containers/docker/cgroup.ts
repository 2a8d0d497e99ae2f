import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, isMissing } from '../../errors.ts';
import type { ContainerUsage } from '../port.ts';

type Used = Pick<ContainerUsage, 'cpuSeconds' | 'memoryBytes'>;

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
 * @see Linux, Documentation/admin-guide/cgroup-v1/{cpuacct,memory}.rst and cgroup-v2.rst.
 */
export async function cgroupUsage(id: string, root = ROOT): Promise<Used | undefined> {
  for (const place of PLACES) {
    const used = (await firstVersion(root, place(id))) ?? (await secondVersion(root, place(id)));
    if (used !== undefined) return used;
  }
  return undefined;
}

async function firstVersion(root: string, place: string): Promise<Used | undefined> {
  const cpu = await textOf(join(root, 'cpuacct', place, 'cpuacct.usage'));
  if (cpu === undefined) return undefined;
  const usage = await textOf(join(root, 'memory', place, 'memory.usage_in_bytes'));
  const stat = await textOf(join(root, 'memory', place, 'memory.stat'));
  return {
    cpuSeconds: Number(cpu) / 1e9,
    memoryBytes: withoutCache(usage, stat, 'total_inactive_file'),
  };
}

async function secondVersion(root: string, place: string): Promise<Used | undefined> {
  const cpu = await textOf(join(root, place, 'cpu.stat'));
  if (cpu === undefined) return undefined;
  const usage = await textOf(join(root, place, 'memory.current'));
  const stat = await textOf(join(root, place, 'memory.stat'));
  return {
    cpuSeconds: valueOf(cpu, 'usage_usec') / 1e6,
    memoryBytes: withoutCache(usage, stat, 'inactive_file'),
  };
}

function withoutCache(usage: string | undefined, stat: string | undefined, key: string): number {
  return Math.max(0, Number(usage ?? 0) - valueOf(stat ?? '', key));
}

/** The value of `key` in lines of `key value`. */
function valueOf(text: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** `undefined` for a missing file, or if its control group has just gone. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'ENODEV') return undefined;
    throw error;
  }
}
