import type { ContainerFile } from '../port.ts';

/** How an image that rollgate did not build becomes one that a lab can start services from. */
export interface OwnImage {
  /** The entry point of rollgate's own images: an image that has it stays as it is. */
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
