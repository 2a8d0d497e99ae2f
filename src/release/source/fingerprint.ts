import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RollgateError } from '../../errors.ts';
import type { SourceTree } from '../overlay.ts';
import { sourceFiles } from './files.ts';

/** Changes if and only if what the trees are made from does. 12 hexadecimal digits. */
export async function fingerprint(trees: readonly SourceTree[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { package: name, from, patches } of trees) {
    hash.update(JSON.stringify([name, from.kind, from.kind === 'git' ? from.commit : '']));
    if (from.kind === 'dir') {
      for (const file of await sourceFiles(from.path)) {
        const content = await readFile(join(from.path, file));
        hash.update(JSON.stringify([file, content.length])).update(content);
      }
    }
    for (const patch of patches) {
      const content = await readPatch(patch);
      hash.update(JSON.stringify(['patch', content.length])).update(content);
    }
  }
  return hash.digest('hex').slice(0, 12);
}

async function readPatch(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new RollgateError('no-patch', `the patch ${path} cannot be read: ${messageOf(cause)}`, {
      kind: 'usage',
      cause,
    });
  }
}
