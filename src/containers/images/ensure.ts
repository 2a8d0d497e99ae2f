import type Docker from 'dockerode';
import pLimit from 'p-limit';
import { isError } from '../../errors.ts';
import { lockFile, withLock } from '../host/process-lock.ts';
import { buildImage } from './build.ts';
import { checkRoom, engineDisk } from './disk.ts';
import type { BuiltImage } from './labels.ts';
import { imageStates, type ImageState } from './list.ts';
import type { ProgressListener } from './progress.ts';
import type { ImageRecipe } from './recipe.ts';
import { sweepLeftovers } from './sweep.ts';

export { imagesFor } from './recipe.ts';

/** Unpacking packages takes a core; more builds than cores at the same time gain nothing. */
const BUILDS_AT_ONCE = 2;

export interface EnsureImagesOptions {
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Builds all of them, with newly fetched packages. */
  readonly refresh?: boolean | undefined;
}

/**
 * Ensures that images exist that are built from the current inputs; existing ones are kept.
 * Processes that need images at the same time take turns, and the later ones find them built.
 *
 * @returns The images, in the order of `wanted`.
 * @throws RollgateError `image-build-failed`, `version-differs`, `no-disk`.
 */
export async function ensureImages(
  docker: Docker,
  wanted: readonly ImageRecipe[],
  { onProgress, signal, refresh = false }: EnsureImagesOptions = {},
): Promise<readonly BuiltImage[]> {
  const found = await imageStates(docker, wanted);
  if (!refresh && found.every(isPresent)) return found.map(({ image }) => image);

  const onWait = ({ pid }: { readonly pid: number }): void =>
    onProgress?.({
      phase: 'wait',
      line: `waiting for process ${pid}, which builds images`,
      seconds: 0,
    });
  return withLock({ file: lockFile('images'), onWait, signal }, async () => {
    await sweepLeftovers(docker, onProgress);
    return buildMissing(docker, wanted, { onProgress, signal, refresh });
  });
}

async function buildMissing(
  docker: Docker,
  wanted: readonly ImageRecipe[],
  { onProgress, signal, refresh = false }: EnsureImagesOptions,
): Promise<readonly BuiltImage[]> {
  const needed = (states: readonly ImageState[]): readonly ImageState[] =>
    states.filter((state) => refresh || !isPresent(state));
  const states = await imageStates(docker, wanted);
  const missing = needed(states);
  const bases = needed(await imageStates(docker, parentsOf(missing)));
  checkRoom(
    await engineDisk(docker),
    [...bases, ...missing].map(({ inputs }) => inputs.recipe),
  );

  const buildAll = builder(docker, { onProgress, signal, refresh });
  // Bases first, so that the slowest of the others can start first.
  await buildAll(bases);
  const built = await buildAll(missing);
  const byRef = new Map(built.map((image) => [image.ref, image]));
  return states.flatMap((state) => {
    const image =
      byRef.get(state.inputs.recipe.ref) ?? (isPresent(state) ? state.image : undefined);
    return image === undefined ? [] : [image];
  });
}

/** Builds some images at a time. The first failure cancels the other builds. */
function builder(
  docker: Docker,
  { onProgress, signal, refresh = false }: EnsureImagesOptions,
): (some: readonly ImageState[]) => Promise<readonly BuiltImage[]> {
  const failed = new AbortController();
  const options = {
    onProgress,
    refresh,
    signal: AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]),
  };
  const limit = pLimit(BUILDS_AT_ONCE);
  const build = (state: ImageState): Promise<BuiltImage> =>
    limit(async () => {
      options.signal.throwIfAborted();
      try {
        const image = await buildImage(docker, state.inputs, options);
        if (state.state !== 'absent') await removeReplaced(docker, state.image, image);
        return image;
      } catch (error) {
        // Builds that this cancels fail too, but are not the reason.
        failed.abort(signal?.aborted === true ? signal.reason : error);
        throw error;
      }
    });
  return async (some) => {
    const results = await Promise.allSettled(some.map(build));
    failed.signal.throwIfAborted();
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  };
}

function isPresent(state: ImageState): state is ImageState & { readonly image: BuiltImage } {
  return state.state === 'present';
}

function parentsOf(states: readonly ImageState[]): readonly ImageRecipe[] {
  const parents = states.flatMap(({ inputs }) => inputs.recipe.parent ?? []);
  return [...new Map(parents.map((parent) => [parent.ref, parent])).values()];
}

/** Frees the disk space of an image whose tag now belongs to a new one. */
async function removeReplaced(docker: Docker, old: BuiltImage, current: BuiltImage): Promise<void> {
  if (old.id === current.id) return;
  try {
    await docker.getImage(old.id).remove();
  } catch (error) {
    // A container runs from it (409), or another process was faster (404): then it stays or is gone.
    const status = isError(error) && 'statusCode' in error ? error.statusCode : undefined;
    if (status !== 409 && status !== 404) throw error;
  }
}
