import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContainerFile } from './port.ts';

/** The modules of a Python program in `source`, for a folder of a container. */
export async function pythonFiles(source: URL, folder: string): Promise<readonly ContainerFile[]> {
  const from = fileURLToPath(source);
  const names = (await readdir(from)).filter((name) => name.endsWith('.py')).sort();
  return Promise.all(
    names.map(async (name) => ({
      path: `${folder}/${name}`,
      content: await readFile(join(from, name), 'utf8'),
    })),
  );
}
