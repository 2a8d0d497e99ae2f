import { reasonOf } from '../errors.ts';

/** The output streams of a process. */
interface Streams {
  readonly stdout: Pick<NodeJS.WriteStream, 'on'>;
  readonly stderr: Pick<NodeJS.WriteStream, 'on'>;
}

export interface LostOutput {
  /**
   * Why standard output did not take the result, e.g. `no space left on device`. Undefined if it
   * did, or if its reader closed the pipe, as in `rollgate logs | head`.
   */
  result(): string | undefined;
}

/**
 * Watches for output that cannot be written: a reader that closed the pipe (EPIPE), a terminal
 * that was closed (EIO), a full disk (ENOSPC). An error event without a listener would end the
 * process at once and leave the verb's containers behind.
 *
 * @param onLost Called at every failed write, so that the verb can clean up.
 */
export function watchOutput({ stdout, stderr }: Streams, onLost: () => void): LostOutput {
  let reason: string | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') reason ??= reasonOf(error);
    onLost();
  });
  stderr.on('error', onLost);
  return { result: () => reason };
}
