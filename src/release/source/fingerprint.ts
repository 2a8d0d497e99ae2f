import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { MIB, readBytes } from '../../files/read.ts';
import type { SourceTree } from '../overlay.ts';
import { sourceFiles } from './files.ts';

const SOURCE = { what: 'source file', code: 'not-a-source-tree', limitBytes: 256 * MIB } as const;
const PATCH = { what: 'patch', code: 'no-patch', limitBytes: 64 * MIB } as const;

/** A hash of everything that the trees are made from: 12 hexadecimal digits. */
export async function fingerprint(trees: readonly SourceTree[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { package: name, from, patches } of trees) {
    hash.update(JSON.stringify([name, from.kind, from.kind === 'git' ? from.commit : '']));
    if (from.kind === 'dir') {
      for (const file of await sourceFiles(from.path)) {
        const content = await readBytes(join(from.path, file), SOURCE);
        hash.update(JSON.stringify([file, content.length])).update(content);
      }
    }
    for (const patch of patches) {
      const content = await readBytes(patch, PATCH);
      hash.update(JSON.stringify(['patch', content.length])).update(content);
    }
  }
  return hash.digest('hex').slice(0, 12);
}
