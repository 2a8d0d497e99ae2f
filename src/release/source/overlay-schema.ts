import { z } from 'zod';

/** The source that is laid over one of the two releases. */
const sideSchema = z.strictObject({
  patches: z
    .array(z.string().min(1))
    .default([])
    .describe('Patches of the source, in order (`git apply`, `-p1`).'),
  with: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a name that Python imports, e.g. oslo_messaging'),
      z.string().min(1),
    )
    .default({})
    .describe('Python packages by import name: the folder of a source tree, or a patch.'),
});

/** Source code over the images of base and target. Paths start at the working directory. */
export function overlaySchema(known: readonly string[]) {
  return z.strictObject({
    image: z
      .enum(known)
      .exactOptional()
      .describe(
        'The release whose image takes a `dir:` or `git:` tree. Default: the one that fits.',
      ),
    base: sideSchema.prefault({}).describe('Source over the base.'),
    target: sideSchema.prefault({}).describe('Source over the target.'),
  });
}

/** The source that a scenario lays over one release. */
export type SideOverlay = Readonly<z.output<typeof sideSchema>>;
