import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { reasonOf, RollgateError, isMissing } from '../errors.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import { unlessGone } from './unless-gone.ts';

/** A folder with a run. */
export interface FoundRun {
  /** Its path below the served folder; the folder's own name if it is the run itself. */
  readonly id: string;
  readonly directory: string;
  /** Size and time of its events: a changed value means that there are more. */
  readonly state: string;
  /** When the last event was written, in milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** Runs of a matrix are two levels down, hops of a chain one more. */
const DEEPEST = 5;

/**
 * The served folder, without symbolic links in its path.
 *
 * @throws RollgateError `no-run` if there is no such folder.
 */
export async function servedFolder(path: string): Promise<string> {
  try {
    const folder = await realpath(path);
    if ((await lstat(folder)).isDirectory()) return folder;
  } catch (cause) {
    const why = isMissing(cause) ? 'there is none of that name' : reasonOf(cause);
    throw noFolder(`cannot serve the folder ${path}: ${why}`, cause);
  }
  throw noFolder(`cannot serve the folder ${path}: it is a file`);
}

function noFolder(message: string, cause?: unknown): RollgateError {
  return new RollgateError('no-run', message, {
    kind: 'usage',
    hint: 'Name a run folder, or a folder of run folders, such as runs.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The runs in a folder and below it. Symbolic links are not followed, hidden folders left out. */
export async function findRuns(folder: string): Promise<readonly FoundRun[]> {
  return (await runsBelow(folder, folder, 0)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function runsBelow(
  folder: string,
  root: string,
  depth: number,
): Promise<readonly FoundRun[]> {
  const entries = await unlessGone(() => readdir(folder, { withFileTypes: true }), []);
  if (entries.some((one) => one.name === RUN_FOLDER.events && one.isFile())) {
    const run = await runIn(folder, root);
    return run === undefined ? [] : [run];
  }
  if (depth === DEEPEST) return [];
  const below = entries.filter(
    (one) => one.isDirectory() && !one.name.startsWith('.') && one.name !== 'node_modules',
  );
  const found: FoundRun[] = [];
  for (const { name } of below) {
    found.push(...(await runsBelow(join(folder, name), root, depth + 1)));
  }
  return found;
}

async function runIn(folder: string, root: string): Promise<FoundRun | undefined> {
  const found = await unlessGone(() => lstat(join(folder, RUN_FOLDER.events)), undefined);
  if (found === undefined) return undefined;
  const { size, mtimeMs } = found;
  const id = relative(root, folder) || basename(folder);
  return { id, directory: folder, state: `${size} ${mtimeMs}`, writtenAt: mtimeMs };
}
