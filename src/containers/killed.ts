import { RollgateError } from '../errors.ts';

/** 128 and the number of the signal: SIGKILL and SIGTERM. */
const KILLED: readonly number[] = [137, 143];

/** Whether a container that was not asked to stop was killed, i.e. did not end by itself. */
export function wasKilled(exitCode: number): boolean {
  return KILLED.includes(exitCode);
}

/**
 * The error for a killed container. It is not a failure of the container's program, so no verdict
 * depends on it.
 *
 * @param what As in `rollgate-lab-node1-heat-api`.
 */
export function killedError(what: string, exitCode: number, detail = ''): RollgateError {
  return new RollgateError('killed', `${what} was killed (exit status ${exitCode})`, {
    hint: 'The container engine was stopped, memory ran out, or another program stopped the container. Run it again.',
    ...(detail === '' ? {} : { detail }),
  });
}
