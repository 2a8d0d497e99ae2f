import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../../errors.ts';
import { makeFolder } from '../../files/folder.ts';
import { MIB, readTextIfThere } from '../../files/read.ts';
import { unwritable } from '../../files/write.ts';
import { TEMPLATES, type FileTemplate } from './files.ts';

/** The result for a file. */
export interface WrittenFile {
  readonly file: string;
  readonly state: 'written' | 'added-to' | 'kept';
  /** For a person: the file's purpose; for a kept file, the advice. */
  readonly note: string;
}

/**
 * Copies a template. An existing file stays as it is.
 *
 * @throws RollgateError `unwritable-file`, `no-folder`.
 */
export async function copyTemplate(
  { from, to, what, kept = 'it is there already' }: FileTemplate,
  folder: string,
): Promise<WrittenFile> {
  const text = await readFile(join(TEMPLATES, from), 'utf8');
  const path = join(folder, to);
  await makeFolder(dirname(path));
  try {
    await writeFile(path, text, { flag: 'wx' });
    return { file: to, state: 'written', note: what };
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw unwritable(path, cause);
    return { file: to, state: 'kept', note: kept };
  }
}

/** An existing test of `rollgate init` for another runner; the wanted runner ignores it. */
export async function testForAnother(
  { to, from }: FileTemplate,
  others: readonly FileTemplate[],
  folder: string,
): Promise<FileTemplate | undefined> {
  const text = await readTextIfThere(join(folder, to), { what: to, limitBytes: 4 * MIB });
  for (const other of others) {
    if (other.from === from) continue;
    if (text === (await readFile(join(TEMPLATES, other.from), 'utf8'))) return other;
  }
  return undefined;
}

/** What rollgate writes into a project: run folders, and the images of a CI's cache. */
const LARGE = ['/runs/', '/rollgate-images.tar'];

/**
 * Large files should not be committed. An existing .gitignore gets the lines that it lacks.
 *
 * @throws RollgateError `unwritable-file`.
 */
export async function ignoreLarge(folder: string): Promise<WrittenFile> {
  const file = '.gitignore';
  const path = join(folder, file);
  const before = await readTextIfThere(path, { what: file, limitBytes: 4 * MIB });
  const there = new Set(before?.split('\n').map(bare));
  const wanted = before === undefined ? ['/node_modules/', ...LARGE] : LARGE;
  const lines = wanted.filter((line) => !there.has(bare(line)));
  if (lines.length === 0) return { file, state: 'kept', note: 'it has the lines already' };
  const gap = before === undefined || before === '' || before.endsWith('\n') ? '' : '\n';
  try {
    await appendFile(path, `${gap}# Large files of rollgate.\n${lines.join('\n')}\n`);
  } catch (cause) {
    throw unwritable(path, cause);
  }
  const state = before === undefined ? 'written' : 'added-to';
  return { file, state, note: 'runs and images stay out of git' };
}

/** `/runs/`, `runs/` and `runs` ignore the same folder of a project. */
function bare(line: string): string {
  return line.trim().replace(/^\/|\/$/g, '');
}
