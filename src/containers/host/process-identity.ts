import { readFileSync } from 'node:fs';
import { codeOf } from '../../errors.ts';

/** A process; its start time distinguishes it from a later process with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot (proc(5), field 22 of stat); absent if there is no /proc. */
  readonly startTime?: string | undefined;
}

/** Zombie, and dead. */
const DEAD_STATES: ReadonlySet<string> = new Set(['Z', 'X']);
/** In place of a start time: no process has this one. */
const DEAD = 'dead';

/** The kernel's list of processes; tests have their own. */
export const PROC = '/proc';

export function identify(pid: number, proc = PROC): ProcessIdentity {
  return { pid, startTime: startTimeOf(pid, proc) };
}

/** Whether this same process is still alive. Without /proc only its id is compared. */
export function isAlive({ pid, startTime }: ProcessIdentity, proc = PROC): boolean {
  const now = startTimeOf(pid, proc);
  if (now === DEAD) return false;
  if (now !== undefined) return startTime === undefined || startTime === now;
  return startTime === undefined && answersSignals(pid);
}

/** The name of a process's program, at most 15 characters; `undefined` if it is gone. */
export function programOf(pid: number, proc = PROC): string | undefined {
  return readOrUndefined(`${proc}/${pid}/comm`)?.trim();
}

/**
 * A killed process stays in the table (state Z) until its parent waits for it. It then holds no
 * resources.
 */
function startTimeOf(pid: number, proc: string): string | undefined {
  const stat = readOrUndefined(`${proc}/${pid}/stat`);
  // The second field is the program's name in brackets and may contain anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return DEAD_STATES.has(fields?.[0] ?? '') ? DEAD : fields?.[19];
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone, or never existed: both are an answer.
    return undefined;
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
