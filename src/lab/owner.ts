import { hostname } from 'node:os';
import { identify, isAlive } from '../containers/host/process-identity.ts';

/**
 * The process that owns a lab: host, process id and that process's start time, because ids are
 * reused. A lab whose owner is gone is removed if it was not meant to stay.
 */
export function thisProcess(): string {
  const { pid, startTime } = identify(process.pid);
  return `${hostname()}:${pid}:${startTime ?? ''}`;
}

/** `unknown` for an owner on another host, whose processes are not visible here. */
export function ownerState(owner: string): 'alive' | 'gone' | 'unknown' {
  const [host, pid, startTime] = owner.split(':');
  if (host !== hostname()) return 'unknown';
  return isAlive({ pid: Number(pid), startTime: startTime === '' ? undefined : startTime })
    ? 'alive'
    : 'gone';
}
