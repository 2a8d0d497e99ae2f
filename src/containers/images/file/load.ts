import type Docker from 'dockerode';
import { readInputs } from '../inputs.ts';
import { listImages } from '../list.ts';
import type { ImageRecipe } from '../recipe.ts';
import { checkImagesFile, loadImages, type ImagesContents } from './archive.ts';

/** The result for an image of a file. */
export interface LoadedImage {
  readonly ref: string;
  /** `stale`: it is built from other inputs than the current ones, so it does not get the name. */
  readonly state: 'loaded' | 'present' | 'stale';
}

/**
 * Loads the images of a file that are built from the current inputs. The engine can only load a
 * whole archive: the other images lose their names again, and names that this took from existing
 * images are restored.
 *
 * @throws RollgateError `damaged-images` before the engine gets anything.
 */
export async function loadFile(
  docker: Docker,
  file: string,
  known: readonly ImageRecipe[],
  signal: AbortSignal,
): Promise<readonly LoadedImage[]> {
  const { images } = await checkImagesFile(file);
  const today = new Map(
    await Promise.all(
      known.map(async (recipe) => [recipe.ref, (await readInputs(recipe)).hash] as const),
    ),
  );
  const before = new Map((await listImages(docker)).map((image) => [image.ref, image]));
  const loaded = images.map(({ ref, inputs }): LoadedImage => {
    if (today.get(ref) !== inputs) return { ref, state: 'stale' };
    return { ref, state: before.get(ref)?.inputs === inputs ? 'present' : 'loaded' };
  });
  if (loaded.every(({ state }) => state !== 'loaded')) return loaded;
  await loadImages(docker, file, signal);
  for (const { ref, state } of loaded) {
    if (state !== 'loaded') await giveBack(docker, ref, before.get(ref)?.id, images);
  }
  return loaded;
}

async function giveBack(
  docker: Docker,
  ref: string,
  id: string | undefined,
  images: ImagesContents['images'],
): Promise<void> {
  if (id === undefined) {
    await docker.getImage(ref).remove();
    return;
  }
  if (images.some((image) => image.ref === ref && image.id === id)) return;
  const [repo = '', tag = 'latest'] = ref.split(':');
  await docker.getImage(id).tag({ repo, tag });
}
