import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

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

/** Field 22 of /proc/PID/stat (proc(5)); `undefined` without /proc or without the process. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
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
