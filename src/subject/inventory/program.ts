import { pythonFiles } from '../../containers/python-files.ts';
import type { InventoryProgram } from '../subject.ts';

const SHARED = new URL('python', import.meta.url);
/** Its path in a container. */
const FOLDER = '/usr/local/lib/rollgate/inventory';

/**
 * Reads the compared parts of a release, with the Python of its own image: the part of all subjects
 * (`python/`), and a subject's own modules.
 *
 * @param own The folder of the subject's modules, with its `__main__.py` and `subject.py`.
 */
export function inventoryProgram(own: URL): InventoryProgram {
  return {
    files: async () =>
      (await Promise.all([SHARED, own].map((source) => pythonFiles(source, FOLDER)))).flat(),
    command: ['python3', '-B', FOLDER],
  };
}
