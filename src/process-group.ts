import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './errors.ts';

/** Between two checks whether a group still has a process. */
const LOOK_MS = 50;
/** Processes that a leader leaves behind get this long to end by themselves before a signal. */
const LEFT_MS = 200;

/** The leader of a process group: a child that was started with `detached: true`. */
export type Leader = Pick<ChildProcess, 'exitCode' | 'pid' | 'signalCode'>;

/**
 * Ends a process group: SIGTERM to each of its processes, and SIGKILL to those left after
 * `graceMs`. Processes that outlive their leader get SIGTERM once more: a shell that has just
 * forked loses the signal between its fork and the new program.
 *
 * @returns When no process is left, or all got SIGKILL.
 */
export async function endGroup(
  leader: Leader,
  { graceMs }: { readonly graceMs: number },
): Promise<void> {
  const { pid } = leader;
  if (pid === undefined) return;
  const over = performance.now() + graceMs;
  let leftAt: number | undefined;
  let reminded = false;
  signalGroup(pid, 'SIGTERM');
  while (signalGroup(pid, 0)) {
    const now = performance.now();
    if (now >= over) {
      signalGroup(pid, 'SIGKILL');
      return;
    }
    if (leader.exitCode !== null || leader.signalCode !== null) leftAt ??= now;
    if (leftAt !== undefined && !reminded && now >= leftAt + LEFT_MS) {
      signalGroup(pid, 'SIGTERM');
      reminded = true;
    }
    await delay(LOOK_MS);
  }
}

/**
 * Ends the group of a child when a signal is aborted.
 *
 * @returns Removes the listener once the child has ended, and waits for the end of its group.
 */
export function endOnAbort(
  leader: Leader,
  signal: AbortSignal,
  options: { readonly graceMs: number },
): () => Promise<void> {
  let ending: Promise<void> | undefined;
  const end = (): void => void (ending = endGroup(leader, options));
  signal.addEventListener('abort', end, { once: true });
  return async () => {
    signal.removeEventListener('abort', end);
    await ending;
  };
}

/** @returns Whether the group still has a process. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}
