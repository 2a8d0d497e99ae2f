import type { ImageInspectInfo } from 'dockerode';
import type { ContainerFile } from '../port.ts';

/** How an image that rollgate did not build becomes one that a lab can start services from. */
export interface OwnImage {
  /** The service of rollgate's own images, and their entry point: such an image stays as it is. */
  readonly service: string;
  readonly entryPoint: string;
  /** rollgate's programs and files, which are put into the image. */
  files(): Promise<readonly ContainerFile[]>;
  /**
   * A program of the image's shell, run as root with the image's user as its argument. It prints
   * what `readOutput` reads.
   */
  readonly adapt: string;
  /** Fails, with the reasons, if the services cannot run as the user that was found. */
  readonly check: readonly string[];
  /** The folder of the programs that `adapt` writes: the first of PATH. */
  readonly programs: string;
}

/**
 * Whether an image is rollgate's own for a service, or made from one. The images of all services
 * have an entry point at the same path.
 */
export function isOurs(
  { Entrypoint, Labels }: Pick<ImageInspectInfo['Config'], 'Entrypoint' | 'Labels'>,
  { entryPoint, service }: Pick<OwnImage, 'entryPoint' | 'service'>,
): boolean {
  const [first] = [Entrypoint ?? []].flat();
  // An image made with the same files has no label.
  return first === entryPoint && (Labels?.['rollgate.service'] ?? service) === service;
}
