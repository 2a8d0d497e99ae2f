import type Docker from 'dockerode';
import { isStatus } from '../http-status.ts';

/**
 * On a container that was started from an adapted image: the reference that the user gave, which is
 * the container's image for everyone else.
 */
export const GIVEN_LABEL = 'rollgate.given-image';

/** Of the copies. */
export const REPOSITORY = 'rollgate/adapted';

/** The adapted copy of an image. */
export function adaptedName(id: string): string {
  return `${REPOSITORY}:${id.replace(/^sha256:/, '').slice(0, 16)}`;
}

/**
 * The image from which containers of an image start: its adapted copy if there is one, otherwise
 * itself. `undefined` if the engine does not have it.
 */
export async function runnableImage(docker: Docker, ref: string): Promise<string | undefined> {
  const id = await imageId(docker, ref);
  if (id === undefined || ref.startsWith('rollgate/')) return id === undefined ? undefined : ref;
  const adapted = adaptedName(id);
  return (await imageId(docker, adapted)) === undefined ? ref : adapted;
}

/** `undefined` for an image that the engine does not have. */
export async function imageId(docker: Docker, ref: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(ref).inspect()).Id;
  } catch (error) {
    // 400: it cannot even be an image's name.
    if (isStatus(error, 404) || isStatus(error, 400)) return undefined;
    throw error;
  }
}
