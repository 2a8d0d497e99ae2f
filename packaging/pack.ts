import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { withLock } from '../src/containers/host/process-lock.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The package and installations of it. A change of rollgate's files empties it. */
const STORE = join(ROOT, 'node_modules/.cache/rollgate-package');

/** The input files of a package. */
const INPUTS = ['*', '{bin,docs,images,lab,packaging,src,templates}/**'];

/** The output of `npm pack --json`: an array before npm 12, an object by package since. */
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
  /** A folder for files made from this package, removed when the package changes. */
  readonly store: string;
}

/** Builds rollgate and packs it: once, as long as its files stay the same. */
export async function pack(): Promise<Tarball> {
  return withLock({ file: `${STORE}.lock` }, async () => {
    const store = join(STORE, await hashOfInputs());
    const printed = join(store, 'packed.json');
    if (!existsSync(printed)) await packInto(store, printed);
    return tarball(store, await readFile(printed, 'utf8'));
  });
}

async function packInto(store: string, printed: string): Promise<void> {
  await rm(STORE, { recursive: true, force: true });
  await mkdir(store, { recursive: true });
  const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', store], {
    cwd: ROOT,
    stderr: 'inherit',
  });
  // Renamed, so that it exists only when it is complete. `prepack` prints before it.
  await writeFile(`${printed}.new`, stdout.slice(stdout.search(/^[[{]/m)));
  await rename(`${printed}.new`, printed);
}

function tarball(store: string, json: string): Tarball {
  const packed = printedSchema.parse(JSON.parse(json));
  if (packed === undefined) throw new Error(`npm pack named no tarball:\n${json}`);
  const files = packed.files.map(({ path }) => path);
  return { path: join(store, packed.filename), files, store };
}

async function hashOfInputs(): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(INPUTS, { cwd: ROOT, withFileTypes: true })) {
    if (file.isFile()) files.push(join(file.parentPath, file.name));
  }
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const content = await readFile(file);
    hash.update(`${file.slice(ROOT.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
