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

/**
 * Run folders are large, and should not be committed. An existing .gitignore gets additional lines.
 */
export async function ignoreRuns(folder: string): Promise<WrittenFile> {
  const file = '.gitignore';
  const path = join(folder, file);
  const lines = await readFile(join(TEMPLATES, 'gitignore'), 'utf8');
  const before = await readTextIfThere(path, { what: file, limitBytes: 4 * MIB });
  if (before !== undefined && /^\/?runs\/?$/m.test(before)) {
    return { file, state: 'kept', note: 'it names runs/ already' };
  }
  const gap = before === undefined || before === '' || before.endsWith('\n') ? '' : '\n';
  try {
    await appendFile(path, `${gap}${lines}`);
  } catch (cause) {
    throw unwritable(path, cause);
  }
  const state = before === undefined ? 'written' : 'added-to';
  return { file, state, note: 'run folders stay out of git' };
}
