import type Docker from 'dockerode';
import { messageOf } from '../../errors.ts';
import { sweepBootstraps } from './bootstrap.ts';
import { INSPECTION_LABEL } from './labels.ts';
import type { ProgressListener } from './progress.ts';

/**
 * Removes the remains of killed builds: half unpacked trees, containers that inspected an image,
 * and containers of build steps. The caller must hold the lock of images.
 */
export async function sweepLeftovers(docker: Docker, onProgress?: ProgressListener): Promise<void> {
  await sweepBootstraps();
  const filters = [
    { label: [INSPECTION_LABEL] },
    // A build step runs from a base and has its labels, unlike any lab's container. A running one
    // is left alone: the engine finishes it without its client, and keeps the result.
    { label: ['rollgate.service=base'], status: ['created', 'exited', 'dead'] },
  ];
  for (const filter of filters) {
    for (const { Id } of await docker.listContainers({ all: true, filters: filter })) {
      await removeContainer(docker, Id, onProgress);
    }
  }
}

async function removeContainer(
  docker: Docker,
  id: string,
  onProgress: ProgressListener | undefined,
): Promise<void> {
  try {
    await docker.getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    // A leftover container does no harm.
    const line = `container ${id.slice(0, 12)} of an earlier build stays: ${messageOf(error)}`;
    onProgress?.({ phase: 'wait', line, seconds: 0 });
  }
}
