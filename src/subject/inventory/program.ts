import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContainerFile } from '../../containers/port.ts';
import type { InventoryProgram } from '../subject.ts';

const SHARED = fileURLToPath(new URL('python', import.meta.url));
/** Its path in a container. */
const FOLDER = '/usr/local/lib/rollgate/inventory';

/**
 * Reads the compared parts of a release, with the Python of its own image: the part of all subjects
 * (`python/`), and a subject's own modules.
 *
 * @param own The folder of the subject's modules, with its `__main__.py` and `subject.py`.
 */
export function inventoryProgram(own: URL): InventoryProgram {
  const folders = [SHARED, fileURLToPath(own)];
  return {
    files: async () => (await Promise.all(folders.map(modulesIn))).flat(),
    command: ['python3', '-B', FOLDER],
  };
}

async function modulesIn(folder: string): Promise<readonly ContainerFile[]> {
  const names = await readdir(folder);
  return Promise.all(
    names
      .filter((name) => name.endsWith('.py'))
      .sort()
      .map(async (name) => ({
        path: `${FOLDER}/${name}`,
        content: await readFile(join(folder, name), 'utf8'),
      })),
  );
}
