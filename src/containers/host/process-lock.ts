import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { codeOf, isMissing } from '../../errors.ts';
import { userFolder } from '../../files/temporary.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

export interface LockOptions {
  /** The lock's file; see `lockFile`. */
  readonly file: string;
  /** Called once, if another process has the lock. */
  readonly onWait?: ((holder: ProcessIdentity) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How often to check a held lock again. */
  readonly pollMs?: number | undefined;
}

const holderSchema = z.object({ pid: z.number().int(), startTime: z.string().exactOptional() });

/** The file of a lock that the processes of one user share. */
export function lockFile(name: string): string {
  return join(userFolder(), `${name}.lock`);
}

/**
 * Runs work that only one process on this machine may do at a time. It takes over a lock whose
 * holder is gone.
 */
export async function withLock<T>(options: LockOptions, act: () => Promise<T>): Promise<T> {
  await acquire(options);
  try {
    return await act();
  } finally {
    await unlock(options.file);
  }
}

async function acquire({ file, onWait, signal, pollMs = 200 }: LockOptions): Promise<void> {
  for (let waits = 0; ; waits += 1) {
    const holder = await tryLock(file);
    if (holder === undefined) return;
    if (waits === 0) onWait?.(holder);
    await delay(pollMs, undefined, { signal });
  }
}

/**
 * Takes a lock if no process has it. `unlock` releases it.
 *
 * @returns The holder; `undefined` if it is now this process.
 */
export async function tryLock(file: string): Promise<ProcessIdentity | undefined> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Linked into place, so that no process reads a lock without a holder.
  const mine = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(mine, JSON.stringify(identify(process.pid)));
  try {
    while (!(await linked(mine, file))) {
      const holder = await readHolder(file);
      if (holder === undefined) continue;
      if (isAlive(holder)) return holder;
      await discard(file, holder);
    }
    return undefined;
  } finally {
    await rm(mine, { force: true });
  }
}

/** Releases a lock of this process. */
export async function unlock(file: string): Promise<void> {
  await rm(file, { force: true });
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** `undefined` if the lock has been released; a file that is not a lock has no live holder. */
async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return parseHolder(text);
}

function parseHolder(text: string): ProcessIdentity {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return { pid: 0, startTime: 'unreadable' };
  }
}

/** Moves a dead holder's lock away; if this caught another process's new lock, it is put back. */
async function discard(file: string, holder: ProcessIdentity): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch {
    // Another process was faster.
    return;
  }
  const moved = await readHolder(aside);
  if (moved?.pid !== holder.pid || moved.startTime !== holder.startTime) await linked(aside, file);
  await rm(aside, { force: true });
}
