import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What `npm pack --json` prints: an array before npm 12, an object by package since. */
const packedSchema = z.object({
  filename: z.string(),
  files: z.array(z.object({ path: z.string() })),
});
const printedSchema = z.union([
  z.array(packedSchema).transform(([packed]) => packed),
  z.record(z.string(), packedSchema).transform((packed) => Object.values(packed)[0]),
]);

/** The package as npm would publish it. */
export interface Tarball {
  readonly path: string;
  /** Its files, below the package's folder. */
  readonly files: readonly string[];
}

/** Builds rollgate and packs it into a folder. */
export async function pack(folder: string): Promise<Tarball> {
  const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: ROOT,
    stderr: 'inherit',
  });
  // `prepack` prints before it.
  const packed = printedSchema.parse(JSON.parse(stdout.slice(stdout.search(/^[[{]/m))));
  if (packed === undefined) throw new Error(`npm pack named no tarball:\n${stdout}`);
  return { path: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
}
