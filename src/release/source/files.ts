import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, RollgateError } from '../../errors.ts';

/** Files of a source tree that no running service needs, or that were generated from it. */
const LEFT_OUT = /^(\..*|__pycache__|.*\.(pyc|egg-info|orig|rej)|tests|node_modules|venv)$/;
/** The same, at the top of a tree. */
const LEFT_OUT_AT_TOP = /^(api-ref|build|dist|doc|docs|playbooks|releasenotes)$/;

/** The files of a source tree that a running service needs: sorted, relative, with `/`. */
export async function sourceFiles(tree: string): Promise<readonly string[]> {
  return (await below(tree, '')).toSorted();
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const message = `cannot read the source folder ${folder}: ${reasonOf(cause)}`;
    throw new RollgateError('not-a-source-tree', message, { kind: 'usage', cause });
  }
}

async function below(tree: string, folder: string): Promise<readonly string[]> {
  const entries = await entriesOf(join(tree, folder));
  const wanted = entries.filter(
    ({ name }) => !LEFT_OUT.test(name) && !(folder === '' && LEFT_OUT_AT_TOP.test(name)),
  );
  const found = await Promise.all(
    wanted.map(async (entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return below(tree, path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
