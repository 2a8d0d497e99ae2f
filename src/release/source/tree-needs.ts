import { join } from 'node:path';
import { MIB, readTextIfThere } from '../../files/read.ts';
import type { SourceTree } from '../overlay.ts';
import { askGit } from './git.ts';
import { metadataValue, parseRequirements, type TreeNeeds } from './image-choice.ts';

/** The requirements of a source tree in its `requirements.txt` and `setup.cfg`. */
export async function readTreeNeeds(
  { from }: SourceTree,
  version: string | undefined,
): Promise<TreeNeeds> {
  const read = (file: string): Promise<string | undefined> => readTreeFile(from, file);
  const setupCfg = (await read('setup.cfg')) ?? '';
  const requirements = (await read('requirements.txt')) ?? '';
  return {
    version,
    python: metadataValue(setupCfg, 'python_requires'),
    requirements: parseRequirements(requirements),
  };
}

/** A file at the top of a source tree; `undefined` if it has none. */
export async function readTreeFile(
  from: SourceTree['from'],
  file: string,
): Promise<string | undefined> {
  switch (from.kind) {
    case 'git':
      return askGit(from.repository, 'show', `${from.commit}:${file}`);
    case 'dir':
      return readTextIfThere(join(from.path, file), {
        what: 'source file',
        code: 'not-a-source-tree',
        limitBytes: MIB,
      });
    case 'installed':
      return undefined;
    default:
      return from satisfies never;
  }
}
