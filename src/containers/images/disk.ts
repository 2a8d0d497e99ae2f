import { statfs } from 'node:fs/promises';
import type Docker from 'dockerode';
import { RollgateError } from '../../errors.ts';
import type { ImageRecipe } from './recipe.ts';

const GIGABYTE = 1e9;

export interface EngineDisk {
  /** Where the engine keeps images and containers. */
  readonly folder: string;
  readonly freeGigabytes: number;
}

/** The free space where the engine keeps its images; `undefined` if that is not on this machine. */
export async function engineDisk(docker: Docker): Promise<EngineDisk | undefined> {
  const { DockerRootDir: folder } = (await docker.info()) as { readonly DockerRootDir: string };
  try {
    const { bavail, bsize } = await statfs(folder);
    return { folder, freeGigabytes: (bavail * bsize) / GIGABYTE };
  } catch {
    // A remote engine, an engine in a virtual machine, or a folder that this user cannot read.
    return undefined;
  }
}

/** @throws RollgateError `no-disk` if the images would not fit. */
export function checkRoom(disk: EngineDisk | undefined, images: readonly ImageRecipe[]): void {
  const needed = images.reduce((sum, { gigabytes }) => sum + gigabytes, 0);
  if (disk === undefined || disk.freeGigabytes >= needed) return;
  throw new RollgateError(
    'no-disk',
    `${disk.folder} has ${disk.freeGigabytes.toFixed(1)} GB free; building ${images.map(({ name }) => name).join(', ')} takes ${needed.toFixed(1)} GB`,
    { hint: 'Free some, for instance with `docker system prune`.' },
  );
}
