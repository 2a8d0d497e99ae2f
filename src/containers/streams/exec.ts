import { PassThrough, type Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Docker from 'dockerode';
import { RollgateError } from '../../errors.ts';
import { isStatus } from '../http-status.ts';
import type { ExecOptions, ExecResult } from '../port.ts';
import { waitFor } from '../wait.ts';

/**
 * Runs a command in a container and waits for its end.
 *
 * @throws RollgateError `not-running`; the signal's reason.
 */
export async function execIn(
  docker: Docker,
  name: string,
  command: readonly string[],
  { signal, user, environment, onLines }: ExecOptions,
): Promise<ExecResult> {
  signal?.throwIfAborted();
  const { exec, stream } = await beginExec(docker, name, {
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
    ...(user === undefined ? {} : { User: user }),
    ...(environment === undefined
      ? {}
      : { Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`) }),
  });
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  docker.modem.demuxStream(stream, stdout, stderr);
  const texts = Promise.all([
    onLines === undefined ? textOf(stdout) : passLines(stdout, (text) => onLines(text, 'stdout')),
    onLines === undefined ? textOf(stderr) : passLines(stderr, (text) => onLines(text, 'stderr')),
  ]);
  try {
    await untilEnd(stream, signal);
  } finally {
    stdout.end();
    stderr.end();
  }
  const [out, err] = await texts;
  return { exitCode: await exitCodeOf(exec, name), stdout: out, stderr: err };
}

/** @throws RollgateError `not-running`. */
export async function beginExec(
  docker: Docker,
  name: string,
  options: Docker.ExecCreateOptions,
  { stdin = false, tty = false } = {},
) {
  try {
    const exec = await docker.getContainer(name).exec(options);
    return { exec, stream: await exec.start({ hijack: true, stdin, Tty: tty }) };
  } catch (error) {
    if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
    throw new RollgateError('not-running', `container ${name} does not run`, {
      hint: 'List the running services with: rollgate status',
      cause: error,
    });
  }
}

/**
 * Waits for the end of a command's output. @throws The signal's reason, if the signal ends the
 * wait.
 */
export async function untilEnd(stream: Duplex, signal: AbortSignal | undefined): Promise<void> {
  const abort = (): void => void stream.destroy(new Error('aborted'));
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    await finished(stream, { writable: false });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** The engine may close a command's output before it has recorded how the command ended. */
export function exitCodeOf(exec: Docker.Exec, name: string): Promise<number> {
  return waitFor(
    { what: `the end of a command in ${name}`, limitSeconds: 10, everyMs: 20 },
    async () => {
      const { Running, ExitCode } = await exec.inspect();
      return Running || ExitCode === null ? { notYet: 'it runs' } : { value: ExitCode };
    },
  );
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Passes on complete lines as they come.
 *
 * @returns An empty text: the lines are not kept.
 */
async function passLines(
  stream: NodeJS.ReadableStream,
  onLines: (lines: string) => void,
): Promise<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const text = rest + chunk.toString();
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) onLines(text.slice(0, end));
    rest = text.slice(end);
  }
  if (rest !== '') onLines(rest);
  return '';
}
