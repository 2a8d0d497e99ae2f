import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MIB, readText } from './read.ts';
import { userFolder } from './temporary.ts';
import { replaceFile } from './write.ts';

/** The oldest are removed: some 300 kB each. */
const MOST_KEPT = 100;

/** A text, and whether it would be the same if it were found again. */
export interface FoundText {
  readonly text: string;
  readonly isLasting: boolean;
}

/**
 * A text that takes long to find out and never changes, e.g. the content of an image. It is found
 * once and kept in the user's own temporary folder. If the file was cut or changed, the text is
 * found again. A folder that cannot be written costs only time.
 *
 * @param about What the text depends on, completely.
 * @param folder Default: the user's own; `undefined` keeps nothing.
 * @throws Only an error of `find`.
 */
export async function keptText(
  about: readonly string[],
  find: () => Promise<FoundText>,
  folder = usersFolder(),
): Promise<string> {
  const name = digest(JSON.stringify(about));
  const known = folder === undefined ? undefined : await read(join(folder, name));
  if (known !== undefined) return known;
  const { text, isLasting } = await find();
  if (folder !== undefined && isLasting) await keep(folder, name, text);
  return text;
}

function usersFolder(): string | undefined {
  try {
    return join(userFolder(), 'kept');
  } catch {
    return undefined;
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    const text = await readText(path, { what: 'kept text', limitBytes: 8 * MIB, links: false });
    const end = text.indexOf('\n');
    const content = text.slice(end + 1);
    return text.slice(0, Math.max(0, end)) === digest(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

async function keep(folder: string, name: string, text: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await replaceFile(join(folder, name), `${digest(text)}\n${text}`);
    await removeOldest(folder);
  } catch {
    // A full disk, or a folder that another command removed just now.
  }
}

async function removeOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= MOST_KEPT) return;
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), at: await changedAt(folder, name) })),
  );
  const oldest = files.sort((a, b) => a.at - b.at).slice(0, names.length - MOST_KEPT);
  await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
}

/** 0 for a file that another command removed. */
async function changedAt(folder: string, name: string): Promise<number> {
  const status = await stat(join(folder, name)).catch(() => undefined);
  return status?.mtimeMs ?? 0;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
