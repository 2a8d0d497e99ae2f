import type Docker from 'dockerode';
import type { InteractOptions, StandardStreams } from '../port.ts';
import { beginExec, exitCodeOf, untilEnd } from './exec.ts';

/**
 * Runs a command in a container with this process's input and output, on its own terminal if both
 * are a terminal.
 *
 * @returns The command's exit status.
 * @throws RollgateError `not-running`; the signal's reason.
 */
export async function interactIn(
  docker: Docker,
  name: string,
  command: readonly string[],
  { streams, user, signal }: InteractOptions,
): Promise<number> {
  signal?.throwIfAborted();
  const { stdin, stdout, stderr } = streams;
  const tty = isTerminal(streams);
  const { exec, stream } = await beginExec(
    docker,
    name,
    {
      Cmd: [...command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: tty,
      ...(tty ? { Env: [`TERM=${process.env['TERM'] ?? 'xterm'}`] } : {}),
      ...(user === undefined ? {} : { User: user }),
    },
    { stdin: true, tty },
  );
  const leave = tty ? enterTerminal(exec, streams) : (): void => undefined;
  if (tty) stream.pipe(stdout, { end: false });
  else docker.modem.demuxStream(stream, stdout, stderr);
  stdin.pipe(stream);
  try {
    await untilEnd(stream, signal);
  } finally {
    stdin.unpipe(stream);
    stdin.pause();
    leave();
  }
  return exitCodeOf(exec, name);
}

/** Keys go to the command unchanged, and its terminal has this one's size. @returns Ends that. */
function enterTerminal(
  exec: Pick<Docker.Exec, 'resize'>,
  { stdin, stdout }: StandardStreams,
): () => void {
  const resize = (): void => {
    const { rows: h, columns: w } = stdout;
    // The command may be over; then its size does not matter.
    if (h !== undefined && w !== undefined) exec.resize({ h, w }).catch(() => undefined);
  };
  stdin.setRawMode?.(true);
  stdout.on('resize', resize);
  resize();
  return () => {
    stdout.off('resize', resize);
    stdin.setRawMode?.(false);
  };
}

/** Whether input and output are both a terminal. */
export function isTerminal({ stdin, stdout }: StandardStreams): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}
