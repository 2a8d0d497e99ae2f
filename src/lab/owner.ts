import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Zombie, and dead. */
const DEAD_STATES: ReadonlySet<string> = new Set(['Z', 'X']);
/** No process started then. */
const DEAD = 'dead';

/**
 * Who answers for a lab: host, process id and that process's start time, since ids are used
 * again. A lab whose owner is gone and that was not meant to stay is swept.
 */
export function thisProcess(): string {
  return `${hostname()}:${process.pid}:${startTime(process.pid) ?? '0'}`;
}

/** `unknown` for an owner on another host: nobody here can tell. */
export function ownerState(owner: string): 'alive' | 'gone' | 'unknown' {
  const [host, pid, started] = owner.split(':');
  if (host !== hostname()) return 'unknown';
  const now = startTime(Number(pid));
  if (now === undefined) return isRunning(Number(pid)) ? 'unknown' : 'gone';
  return now === started ? 'alive' : 'gone';
}

/**
 * Field 22 of /proc/PID/stat (proc(5)); `undefined` without /proc or without the process. A killed
 * process that nobody waits for stays in the table (state Z), but answers for nothing any more.
 */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return DEAD_STATES.has(fields[0] ?? '') ? DEAD : fields[19];
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
