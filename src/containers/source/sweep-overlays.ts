import type Docker from 'dockerode';
import type { Overlay } from '../../release/overlay.ts';
import { isStatus } from '../http-status.ts';
import { BUILDER_NAME, OVERLAY_LABEL } from './build-overlay.ts';

/** How many overlays are kept, for users who go back to one. Each is a layer of about 15 MB. */
const KEPT = 12;
/** Younger ones may be about to be started. */
const YOUNG_SECONDS = 3600;

/**
 * Removes the containers of builds that were killed, and the oldest overlays, except those
 * that are wanted or that a container runs from. The caller must hold the lock of overlays.
 */
export async function sweepOverlays(docker: Docker, wanted: readonly Overlay[]): Promise<void> {
  const builders = await docker.listContainers({ all: true, filters: { name: [BUILDER_NAME] } });
  for (const { Id } of builders) await docker.getContainer(Id).remove({ force: true, v: true });

  const images = await docker.listImages({ filters: { label: [OVERLAY_LABEL] } });
  const now = Date.now() / 1000;
  const old = images
    .filter(({ RepoTags }) => !wanted.some(({ image }) => RepoTags?.includes(image)))
    .toSorted((one, other) => other.Created - one.Created)
    .slice(KEPT)
    .filter(({ Created }) => now - Created > YOUNG_SECONDS);
  for (const { Id } of old) await removeUnused(docker, Id);
}

async function removeUnused(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getImage(id).remove();
  } catch (error) {
    // A container runs from it (409), or another process was faster (404).
    if (!isStatus(error, 409) && !isStatus(error, 404)) throw error;
  }
}
