import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BOOTSTRAP_OPTIONS } from './bootstrap.ts';
import type { ImageRecipe } from './recipe.ts';

/** A file of a build context. */
export interface ContextFile {
  /** Relative to the image's folder, with `/`. */
  readonly path: string;
  readonly executable: boolean;
  readonly content: Buffer;
}

/** Everything that an image is built from. */
export interface ImageInputs {
  readonly recipe: ImageRecipe;
  readonly files: readonly ContextFile[];
  /** Changes if and only if an input does. */
  readonly hash: string;
}

/** Reads an image's inputs, and the hashes of its parents' inputs. */
export async function readInputs(recipe: ImageRecipe): Promise<ImageInputs> {
  const files = await readContext(recipe.folder);
  const parent = recipe.parent === undefined ? undefined : await readInputs(recipe.parent);
  return { recipe, files, hash: hashInputs(recipe, files, parent?.hash) };
}

/** The files of a folder, sorted, so that the same folder reads the same anywhere. */
export async function readContext(folder: string): Promise<readonly ContextFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry): Promise<ContextFile> => {
      const absolute = join(entry.parentPath, entry.name);
      const [content, { mode }] = await Promise.all([readFile(absolute), stat(absolute)]);
      const path = absolute.slice(folder.length + 1).replaceAll('\\', '/');
      return { path, executable: (mode & 0o100) !== 0, content };
    });
  return (await Promise.all(files)).sort((one, other) => (one.path < other.path ? -1 : 1));
}

export function hashInputs(
  recipe: ImageRecipe,
  files: readonly ContextFile[],
  parentHash: string | undefined,
): string {
  const { ref, suite, archive, package: packageName, version, parent } = recipe;
  const foundation = parent === undefined ? BOOTSTRAP_OPTIONS : [parentHash];
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ ref, suite, archive, packageName, version, foundation }));
  for (const { path, executable, content } of files) {
    hash.update(JSON.stringify({ path, executable, bytes: content.length })).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
