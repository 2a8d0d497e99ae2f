import type Docker from 'dockerode';
import { RollgateError } from '../../errors.ts';
import { lockFile, withLock } from '../host/process-lock.ts';
import { isStatus } from '../http-status.ts';
import { adaptImage, FROM_LABEL, type AdaptOptions } from './adapt.ts';
import { imageId } from './adapted.ts';
import type { OwnImage } from './own-image.ts';

/**
 * Ensures that services can start from images of a user's own. rollgate neither builds nor fetches
 * them.
 *
 * @param own Absent: only images with the entry point of rollgate's own work, and are not looked into.
 * @throws RollgateError `image-missing`, `image-architecture`; see adaptImage.
 */
export async function ensureOwnImages(
  docker: Docker,
  refs: readonly string[],
  own: OwnImage | undefined,
  options: AdaptOptions,
): Promise<void> {
  if (refs.length === 0) return;
  for (const ref of new Set(refs)) {
    if ((await imageId(docker, ref)) === undefined) {
      throw new RollgateError('image-missing', `image ${ref} is missing`, {
        kind: 'usage',
        hint: `Build it, or fetch it with: docker pull ${ref}`,
      });
    }
    await checkArchitecture(docker, ref);
  }
  if (own === undefined) return;
  await withLock({ file: lockFile('own-images'), signal: options.signal }, async () => {
    await sweepAdapted(docker);
    for (const ref of new Set(refs)) await adaptImage(docker, ref, own, options);
  });
}

/** The machine's names for the architectures that images name otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  i686: '386',
};

/** An emulated service would take minutes to start, and its verdict would be about the emulator. */
async function checkArchitecture(docker: Docker, ref: string): Promise<void> {
  const [{ Architecture: built }, info] = await Promise.all([
    docker.getImage(ref).inspect(),
    docker.info() as Promise<{ readonly Architecture: string }>,
  ]);
  const machine = ARCHITECTURES[info.Architecture] ?? info.Architecture;
  if (built === '' || built === machine) return;
  throw new RollgateError(
    'image-architecture',
    `image ${ref} is for ${built}; the engine’s machine is ${machine}`,
    {
      kind: 'usage',
      hint: `Fetch or build it for this machine: docker pull --platform linux/${machine} ${ref}`,
    },
  );
}

/** Removes the copies of images that no longer have a name. */
async function sweepAdapted(docker: Docker): Promise<void> {
  const named = new Set(
    (await docker.listImages()).flatMap(({ Id, RepoTags }) =>
      (RepoTags ?? []).some((tag) => tag !== '<none>:<none>') ? [Id] : [],
    ),
  );
  const adapted = await docker.listImages({ filters: { label: [FROM_LABEL] } });
  for (const { Id, Labels } of adapted) {
    if (named.has(Labels[FROM_LABEL] ?? '')) continue;
    try {
      await docker.getImage(Id).remove();
    } catch (error) {
      // A container runs from it (409), or another process was faster (404).
      if (!isStatus(error, 409) && !isStatus(error, 404)) throw error;
    }
  }
}
