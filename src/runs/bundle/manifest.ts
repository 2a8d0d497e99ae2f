import { z } from 'zod';

/** The file of a bundle that describes how its source trees make the images of its run. */
export const MANIFEST_FILE = 'bundle.json';

/** Never outside the bundle. */
const path = z.string().regex(/^sources\/[^/]+$/);

const treeSchema = z.object({
  package: z.string(),
  version: z.string().optional(),
  /** Below the bundle; absent for the tree of the release's image. */
  path: path.optional(),
  /** Below the bundle, in order. */
  patches: z.array(path),
});

const sideSchema = z.object({
  release: z.object({ series: z.string(), version: z.string(), image: z.string() }),
  overlay: z.object({
    image: z.string(),
    series: z.string(),
    version: z.string(),
    trees: z.array(treeSchema),
  }),
});

/** The source over base and target, if there is any. */
export const ManifestSchema = z.object({
  format: z.literal(1),
  base: sideSchema.optional(),
  target: sideSchema.optional(),
});

export type BundledTree = Readonly<z.output<typeof treeSchema>>;
export type BundledSide = Readonly<z.output<typeof sideSchema>>;
export type Manifest = Readonly<z.output<typeof ManifestSchema>>;
