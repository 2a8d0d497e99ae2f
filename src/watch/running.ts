import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock, unlock } from '../containers/host/process-lock.ts';
import { RollgateError, isMissing } from '../errors.ts';
import { MIB, readTextIfThere } from '../files/read.ts';
import { userFolder } from '../files/temporary.ts';
import { replaceFile } from '../files/write.ts';
import { FOLDER_VARIABLE } from '../run/mark.ts';

const ENDING = '.watch';

function lockOf(name: string): string {
  return join(userFolder(), `watch-${name}.lock`);
}
function placeOf(name: string): string {
  return join(userFolder(), `${name}${ENDING}`);
}

/**
 * Registers this process as the only watch of its name on this machine, so that others find its
 * folder.
 *
 * @returns Releases the name.
 * @throws RollgateError `watch-running` if another process watches under this name.
 */
export async function claim(name: string, folder: string): Promise<() => Promise<void>> {
  const holder = await tryLock(lockOf(name));
  if (holder !== undefined) {
    throw new RollgateError('watch-running', `process ${holder.pid} watches as ${name} already`, {
      kind: 'usage',
      hint: 'End it with `rollgate mark end`, or give this one another --name.',
    });
  }
  await replaceFile(placeOf(name), folder);
  return async () => {
    await forget(name);
    await unlock(lockOf(name));
  };
}

/** Until this, a killed watch stays registered, so that marks reach it and it can continue. */
export function forget(name: string): Promise<void> {
  return rm(placeOf(name), { force: true });
}

/**
 * The folder of the watch for a mark: by name, by the variable, or the only one.
 *
 * @throws RollgateError `no-watch`, `several-watches`.
 */
export async function watchFolder(
  named: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const variable = env[FOLDER_VARIABLE];
  if (variable !== undefined && variable !== '' && named === undefined) return variable;
  const names = named === undefined ? await known() : [named];
  const folders = await Promise.all(names.map((name) => folderOf(name)));
  const found = folders.filter((folder) => folder !== undefined);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (only === undefined) {
    const which = named === undefined ? 'no watch' : `no watch named ${named}`;
    throw new RollgateError('no-watch', `${which} was started by this user on this machine`, {
      kind: 'usage',
      hint: `Start one with \`rollgate watch\`, or set ${FOLDER_VARIABLE} to its folder.`,
    });
  }
  throw new RollgateError('several-watches', `there are several watches: ${names.join(', ')}`, {
    kind: 'usage',
    hint: 'Name one with --name.',
  });
}

/** The folder of the watch of a name, running or killed; undefined if there was none. */
function folderOf(name: string): Promise<string | undefined> {
  return readTextIfThere(placeOf(name), {
    what: 'file of a watch',
    limitBytes: MIB,
    links: false,
  });
}

async function known(): Promise<readonly string[]> {
  try {
    const files = await readdir(userFolder());
    return files
      .filter((file) => file.endsWith(ENDING))
      .map((file) => file.slice(0, -ENDING.length));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
