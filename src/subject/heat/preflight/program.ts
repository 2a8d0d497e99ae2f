import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContainerFile } from '../../../containers/port.ts';
import type { InventoryProgram } from '../../subject.ts';

const SOURCE = fileURLToPath(new URL('inventory', import.meta.url));
/** Where it lies in a container. */
const FOLDER = '/usr/local/lib/rollgate/inventory';

/** Reads what is compared of a Heat, with the Python of its own image (`inventory/`). */
export const heatInventory: InventoryProgram = {
  files: async () => {
    const names = await readdir(SOURCE, { recursive: true });
    const modules = names.filter((name) => name.endsWith('.py')).sort();
    return Promise.all(modules.map(containerFile));
  },
  command: ['python3', '-B', FOLDER],
};

async function containerFile(name: string): Promise<ContainerFile> {
  return { path: `${FOLDER}/${name}`, content: await readFile(join(SOURCE, name), 'utf8') };
}
