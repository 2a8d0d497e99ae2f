import type Docker from 'dockerode';
import { readInputs, type ImageInputs } from './inputs.ts';
import { IMAGE_LABEL, parseLabels, type BuiltImage } from './labels.ts';
import type { ImageRecipe } from './recipe.ts';

/** A wanted image, and whether the existing one is built from the current inputs. */
export type ImageState =
  | {
      readonly state: 'present' | 'stale';
      readonly inputs: ImageInputs;
      readonly image: BuiltImage;
    }
  | { readonly state: 'absent'; readonly inputs: ImageInputs };

/** Every finished image of this engine that has a tag, sorted by it. */
export async function listImages(docker: Docker): Promise<readonly BuiltImage[]> {
  const found = await docker.listImages({ filters: { label: [IMAGE_LABEL] } });
  return found
    .flatMap(({ Id, RepoTags, Labels }) =>
      (RepoTags ?? []).flatMap((ref) => parseLabels(Labels ?? {}, ref, Id) ?? []),
    )
    .sort((one, other) => (one.ref < other.ref ? -1 : 1));
}

/** Compares the wanted images with the existing ones; in the order of `wanted`. */
export async function imageStates(
  docker: Docker,
  wanted: readonly ImageRecipe[],
): Promise<readonly ImageState[]> {
  const [all, there] = await Promise.all([Promise.all(wanted.map(readInputs)), listImages(docker)]);
  return all.map((inputs): ImageState => {
    const image = there.find(({ ref }) => ref === inputs.recipe.ref);
    if (image === undefined) return { state: 'absent', inputs };
    return { state: image.inputs === inputs.hash ? 'present' : 'stale', inputs, image };
  });
}
