import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MIB, readBytes } from '../files/read.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import type { FoundRun } from './find-runs.ts';
import { unlessGone } from './unless-gone.ts';

/** The log of a run of a day with debug lines is smaller. */
const LIMIT_BYTES = 256 * MIB;

/** The regular files of a run's folder and of its `logs/`; symbolic links are left out. */
export async function runFiles({ directory }: FoundRun): Promise<readonly string[]> {
  const own = await namesIn(directory);
  const logs = (await hasLogs(directory)) ? await namesIn(join(directory, RUN_FOLDER.logs)) : [];
  return [...own, ...logs.map((name) => `${RUN_FOLDER.logs}/${name}`)];
}

/** Whether `logs/` is a folder, and not a link to one elsewhere. */
export async function hasLogs(directory: string): Promise<boolean> {
  const found = await unlessGone(() => lstat(join(directory, RUN_FOLDER.logs)), undefined);
  return found?.isDirectory() ?? false;
}

/**
 * A file from the list of `runFiles`; undefined for any other name.
 *
 * @throws RollgateError `unreadable-file`.
 */
export async function readRunFile(run: FoundRun, name: string): Promise<Buffer | undefined> {
  if (!(await runFiles(run)).includes(name)) return undefined;
  return readBytes(join(run.directory, name), {
    what: 'file of a run',
    shown: name,
    limitBytes: LIMIT_BYTES,
    links: false,
  });
}

/** None in a folder that has been removed, or that this user may not read. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await unlessGone(() => readdir(folder, { withFileTypes: true }), []);
  return entries
    .filter((one) => one.isFile() && !one.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted();
}
