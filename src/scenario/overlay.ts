import { z } from 'zod';

/** What is laid over one of the two releases. */
const sideSchema = z.strictObject({
  /** Patches of the subject's source, in order (`git apply`, `-p1`). */
  patches: z.array(z.string().min(1)).default([]),
  /**
   * Python packages that the subject uses, by the name that they are imported by: a source tree's
   * directory, or a patch of the one in the image.
   */
  with: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().min(1)).default({}),
});

/** Source code over the images of base and target. Paths start at the working directory. */
export function overlaySchema(known: readonly string[]) {
  return z.strictObject({
    /** The release whose image `dir:` and `git:` are laid over. Default: chosen by the tree. */
    image: z.enum(known).exactOptional(),
    base: sideSchema.prefault({}),
    target: sideSchema.prefault({}),
  });
}

/** What a scenario lays over one release. */
export type SideOverlay = Readonly<z.output<typeof sideSchema>>;
